/** A /sys made of text: files by their paths, links as `-> target`. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';

export function fakeRoot(t: Test, files: Readonly<Record<string, string | number>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sys-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    const [, target] = /^-> (.*)$/.exec(String(content)) ?? [];
    if (target === undefined) writeFileSync(file, `${content}\n`);
    else {
      mkdirSync(join(dirname(file), target), { recursive: true });
      symlinkSync(target, file);
    }
  }
  return root;
}

/** A gpiochip as /sys/class/gpio has it. */
export function chip(label: string, base: number, ngpio: number): Record<string, string | number> {
  const folder = `class/gpio/gpiochip${base}`;
  return { [`${folder}/label`]: label, [`${folder}/base`]: base, [`${folder}/ngpio`]: ngpio };
}
