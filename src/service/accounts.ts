/** Users and groups as the machine's own files have them (passwd(5), group(5)). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export function userNamed(name: string, root: string): User | undefined {
  return users(root).find((user) => user.name === name);
}

export function userOf(uid: number, root: string): User | undefined {
  return users(root).find((user) => user.uid === uid);
}

export function groupNames(root: string): string[] {
  return lines(root, 'etc/group').map(([name]) => name!);
}

function users(root: string): User[] {
  return lines(root, 'etc/passwd').map(([name, , uid, gid, , home]) => ({
    name: name!,
    uid: Number(uid),
    gid: Number(gid),
    home: home ?? '/',
  }));
}

function lines(root: string, file: string): string[][] {
  const text = readFileSync(join(root, file), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' || line.startsWith('#') ? [] : [line.split(':')]));
}
