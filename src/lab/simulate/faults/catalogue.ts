/**
 * The faults of the catalogue that the whole-system simulation injects, with how often a seed draws each (expected number per seed). A
 * scenario's faults and its workload come from one seed through independent forks, so that removing one draw moves no other.
 */
export const FAULTS = {
  'F-P01': 'kill -9 at a journal boundary: before write, after write, after sync, after send, after ack',
  'F-P02': 'kill -9 during snapshot and rename',
  'F-P03': 'kill -9 with 64 records in a group commit',
  'F-P05': 'a second process on the same data',
  'F-P08': 'SIGTERM in mid-order',
  'F-P10': 'orders filled while down',
  'F-C01': 'wall clock +1 h',
  'F-C02': 'wall clock -10 min',
  'F-D01': 'disk full in the middle of a record',
  'F-D02': 'fsync fails once, then succeeds',
  'F-D03': 'torn last record',
  'F-D04': 'bit flip inside the journal',
  'F-D05': 'bit flip in a snapshot',
  'F-D08': 'fsync takes seconds',
  'F-D11': 'tail of the log cut',
  'F-V01': 'order accepted, reply lost',
  'F-V02': 'order never arrived, reply lost',
  'F-V03': 'fills while the socket is down',
  'F-V04': 'market data silent while the link stands',
  'F-V18': 'fill before ack, ack after terminal',
  'F-V19': 'message replay on resubscribe',
  'F-V20': 'the pricing venue disagrees with the exchange',
  'F-V21': 'the quick venue says an old price first',
  'F-O01': 'partial fill, then the rest cancelled',
  'F-O02': 'cancel loses against fill',
  'F-O04': 'venue rejects',
  'F-O14': 'first leg of a pair filled, the second not',
  'F-O06': 'restart within the second and random bits of the last epoch',
  'F-A01': 'same fill told twice',
  'F-A06': 'one fill crosses zero',
  'F-A07': 'funding left out, told later',
  'F-M01': 'NaN, null, missing, 1e309, -0 in market data',
  'F-M02': 'zero or negative price or size',
} as const
export type FaultId = keyof typeof FAULTS

export const FAULT_IDS = Object.keys(FAULTS) as readonly FaultId[]

export type FaultTable = Readonly<Record<FaultId, number>>

export class FaultCounts {
  readonly #counts = new Map<FaultId, number>(FAULT_IDS.map((id) => [id, 0]))

  count(id: FaultId, times = 1): void {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + times)
  }

  add(table: FaultTable): void {
    for (const id of FAULT_IDS) this.count(id, table[id])
  }

  table(): FaultTable {
    return Object.fromEntries(this.#counts) as unknown as FaultTable
  }
}
