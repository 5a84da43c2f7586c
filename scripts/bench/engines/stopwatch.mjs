// Time on the wall and time on the processor, of all threads of this process.

export function stopwatch() {
  const cpu = process.cpuUsage();
  const start = performance.now();
  return () => {
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    return { ms, cpu_s: (user + system) / 1e6 };
  };
}
