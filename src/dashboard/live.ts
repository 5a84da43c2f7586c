/** Whether what is shown is so at this moment: controls of a lost connection do nothing. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export const LiveContext = createContext(false);

export function useLive(): boolean {
  return useContext(LiveContext);
}
