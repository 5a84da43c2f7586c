/* `read-loop BYTES THREADS`: reads a buffer, every thread its part, for a while after each line on stdin, and answers
 * with {"reply": {"gb_per_s": …}}: the same protocol as child.mjs, and the same work as read-loop.mjs. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUND_NS 300000000LL
#define STREAMS 8 /* As many as in read-loop.mjs, and for its reasons. */
#define LANES 8   /* Words of a cache line. */

static const uint64_t *buffer;
static size_t words, threads, passes;
static volatile uint64_t sink;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *read_part(void *part) {
  size_t from = words / threads * (size_t)part, stream = words / threads / STREAMS;
  for (size_t pass = 0; pass < passes; pass++) {
    uint64_t sums[STREAMS * LANES] = {0};
    for (size_t at = from; at + LANES <= from + stream; at += LANES)
      for (int i = 0; i < STREAMS; i++)
        for (int lane = 0; lane < LANES; lane++) sums[i * LANES + lane] += buffer[at + i * stream + lane];
    for (int i = 0; i < STREAMS * LANES; i++) sink += sums[i];
  }
  return NULL;
}

/* Nanoseconds that `passes` passes of all threads take. */
static int64_t read_all(void) {
  pthread_t workers[256];
  int64_t start = now_ns();
  for (size_t i = 1; i < threads; i++) pthread_create(&workers[i], NULL, read_part, (void *)i);
  read_part((void *)0);
  for (size_t i = 1; i < threads; i++) pthread_join(workers[i], NULL);
  return now_ns() - start;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  size_t bytes = strtoull(argv[1], NULL, 10);
  threads = strtoull(argv[2], NULL, 10);
  if (threads < 1 || threads > 256) return 2;
  uint64_t *memory = malloc(bytes);
  if (memory == NULL) return 1;
  memset(memory, 1, bytes);
  buffer = memory;
  words = bytes / sizeof *memory;

  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    passes = 1;
    passes += ROUND_NS / read_all();
    int64_t ns = read_all();
    printf("{\"reply\":{\"gb_per_s\":%.3f}}\n", (double)bytes * passes / ns);
    fflush(stdout);
  }
  return 0;
}
