/*
 * A plugin of qemu's user emulation: counts how often each block of guest code runs between two marks.
 *
 * The guest marks with fsync() of descriptors that nobody has: BEGIN clears the counts, END + n writes window n.
 * A line of the output is `window address instructions executions`; with code=1 the block's disassembly follows, each
 * line after a tab.
 *
 * Debian ships no header for plugins, so what is used of the interface (version 1, qemu 4.2 to 8) is declared here:
 * https://www.qemu.org/docs/master/devel/tcg-plugins.html
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_info;
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned, void *), int flags, void *);
void qemu_plugin_register_vcpu_syscall_cb(plugin_id, void (*)(plugin_id, unsigned, int64_t, uint64_t, uint64_t,
    uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
char *qemu_plugin_insn_disas(const struct qemu_plugin_insn *);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;

enum { FSYNC = 82, BEGIN = 0x7abc0000, END = 0x7abc0100, WINDOWS = 0x100, BUCKETS = 1 << 16 };

/* A block that is translated anew, as all are when the translator's buffer is full, keeps its entry. */
struct block {
  struct block *next;
  uint64_t address;
  size_t instructions;
  uint64_t executions;
  char *code;
};

static struct block *blocks[BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *out;
static bool with_code;

static char *disassemble(const struct qemu_plugin_tb *tb) {
  char *text = NULL;
  size_t size;
  FILE *to = open_memstream(&text, &size);
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
    char *line = qemu_plugin_insn_disas(qemu_plugin_tb_get_insn(tb, i));
    fprintf(to, "\t%s\n", line ? line : "?");
    free(line);
  }
  fclose(to);
  return text;
}

static void executed(unsigned cpu, void *block) {
  (void)cpu;
  ((struct block *)block)->executions++;
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb) {
  (void)id;
  uint64_t address = qemu_plugin_tb_vaddr(tb);
  size_t instructions = qemu_plugin_tb_n_insns(tb);
  char *code = with_code ? disassemble(tb) : NULL;
  pthread_mutex_lock(&lock);
  struct block **bucket = &blocks[(address >> 2) % BUCKETS];
  struct block *b = *bucket;
  while (b && (b->address != address || b->instructions != instructions || (code && strcmp(b->code, code)))) b = b->next;
  if (b) {
    free(code);
  } else {
    b = calloc(1, sizeof *b);
    *b = (struct block){.next = *bucket, .address = address, .instructions = instructions, .code = code};
    *bucket = b;
  }
  pthread_mutex_unlock(&lock);
  qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0, b);
}

static void called(plugin_id id, unsigned cpu, int64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
    uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8) {
  (void)id, (void)cpu, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6, (void)a7, (void)a8;
  if (number != FSYNC || (a1 != BEGIN && (a1 < END || a1 >= END + WINDOWS))) return;
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < BUCKETS; i++) {
    for (struct block *b = blocks[i]; b; b = b->next) {
      if (a1 != BEGIN && b->executions) {
        fprintf(out, "%d %llx %zu %llu\n%s", (int)(a1 - END), (unsigned long long)b->address, b->instructions,
            (unsigned long long)b->executions, b->code ? b->code : "");
      }
      b->executions = 0;
    }
  }
  fflush(out);
  pthread_mutex_unlock(&lock);
}

EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_plugin_info *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++) {
    if (!strncmp(argv[i], "out=", 4)) out = fopen(argv[i] + 4, "w");
    if (!strcmp(argv[i], "code=1")) with_code = true;
  }
  if (!out) {
    fprintf(stderr, "count: out=FILE is missing, or cannot be written\n");
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_vcpu_syscall_cb(id, called);
  return 0;
}
