export type Undo = (step: () => void) => void;

/** Objects of one kind by id, in the order in which they were made. Every change can be taken back. */
export class Table<T extends object> {
  readonly #rows = new Map<string, T>();
  readonly #undo: Undo;

  constructor(undo: Undo) {
    this.#undo = undo;
  }

  get(id: string | null | undefined): T | undefined {
    return id ? this.#rows.get(id) : undefined;
  }

  put(id: string, row: T): T {
    const before = this.#rows.get(id);
    this.#undo(() => (before ? this.#rows.set(id, before) : this.#rows.delete(id)));
    this.#rows.set(id, row);
    return row;
  }

  /** Changes a row in place; the table keeps what it was until the transaction ends. */
  edit(id: string, change: (row: T) => void): T {
    const row = this.#rows.get(id);
    if (!row) throw new Error(`there is no ${id}`);
    const before = structuredClone(row);
    this.#undo(() => {
      for (const key of Object.keys(row)) Reflect.deleteProperty(row, key);
      Object.assign(row, before);
    });
    change(row);
    return row;
  }

  remove(id: string): void {
    const before = this.#rows.get(id);
    if (!before) return;
    this.#undo(() => this.#rows.set(id, before));
    this.#rows.delete(id);
  }

  all(): T[] {
    return [...this.#rows.values()];
  }

  filter(keep: (row: T) => boolean): T[] {
    return this.all().filter(keep);
  }

  entries(): [string, T][] {
    return [...this.#rows];
  }

  load(entries: [string, T][]): void {
    this.#rows.clear();
    for (const [id, row] of entries) this.#rows.set(id, row);
  }
}
