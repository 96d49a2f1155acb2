/** Wall-clock time for stamps that nothing is decided on (checkpoint time, creation time), epoch ms. */
export function wallClockMs(): number {
  return Date.now()
}
