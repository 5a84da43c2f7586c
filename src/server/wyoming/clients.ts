/** Who may connect: Wyoming knows no passwords, so all that can be asked is where somebody comes from. */
import { BlockList, isIP } from 'node:net';

/** `192.168.1.7`, `192.168.1.0/24`, `fd00::/8`; undefined of anything else. */
export function networkOf(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  if (version === 0 || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const prefix = bits === undefined ? most : Number(bits);
  return prefix > most ? undefined : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** @param networks checked before; none: everybody who can reach the port */
export function admits(networks: readonly string[]): (address: string | undefined) => boolean {
  if (networks.length === 0) return () => true;
  const list = new BlockList();
  for (const text of networks) {
    const { address, prefix, family } = networkOf(text)!;
    list.addSubnet(address, prefix, family);
  }
  return (address = '') => {
    // Of a socket that listens to both families, IPv4 comes in as IPv6.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
  };
}
