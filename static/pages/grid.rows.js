// The rows of a grid as data: what was loaded, what stands there now, what is wrong, what can be undone.
// Knows nothing of the page, so that each rule stands in one place.

export const newKey = () => {
  // crypto.randomUUID wants https, which an intranet does not have.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

export class Row {
  constructor(key, version, seen) {
    this.key = key;
    this.version = version;
    this.seen = seen;
    this.now = { ...seen };
    this.picked = {};
    this.faults = {};
    this.clash = {};
    this.clashSays = "";
    this.isAsked = false;
  }

  isEdited(name) { return (this.now[name] ?? "") !== (this.seen[name] ?? ""); }

  get edited() { return Object.keys(this.now).filter((name) => this.isEdited(name)); }

  get isTouched() { return this.edited.length > 0; }

  get isUndecided() { return Object.keys(this.clash).length > 0; }

  // A new row sends all that it holds, a stored one only what differs from what was seen.
  toSend() {
    const names = this.version ? this.edited : Object.keys(this.now).filter((name) => this.now[name]);
    const pick = (from) => Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
    return { key: this.key, version: this.version, cells: pick(this.now), picked: pick(this.picked) };
  }

  // The cells as they were understood, where nobody typed on meanwhile.
  understood(texts, sent) {
    for (const [name, text] of Object.entries(texts)) if (this.now[name] === sent[name]) this.now[name] = text;
  }

  stored({ version, texts }, sent) {
    for (const [name, text] of Object.entries(texts)) {
      if (!(name in sent) || this.now[name] === sent[name]) this.now[name] = text;
    }
    Object.assign(this, { version, seen: { ...texts }, faults: {}, clash: {}, clashSays: "", isAsked: false });
  }

  // Somebody was first. What only they changed is taken over; what both changed waits for a choice.
  meet(clash) {
    const mine = new Set(this.edited);
    for (const name of Object.keys(clash.texts)) {
      const theirs = clash.texts[name];
      const isChanged = name in clash.cells;
      if (isChanged && mine.has(name) && this.now[name] !== theirs) this.clash[name] = { theirs, was: clash.cells[name].was };
      else if (!mine.has(name)) this.now[name] = theirs;
    }
    Object.assign(this, { version: clash.version, seen: { ...clash.texts }, clashSays: clash.says, faults: {} });
  }

  decide(name, isMine) {
    if (!isMine) this.now[name] = this.clash[name].theirs;
    delete this.clash[name];
  }
}

export class Rows {
  constructor(columns) {
    this.columns = columns;
    this.list = [];
    this.done = [];
    this.undone = [];
  }

  byKey(key) { return this.list.find((row) => row.key === key); }

  get touched() { return this.list.filter((row) => row.isTouched); }

  addEmpty() {
    const seen = Object.fromEntries(this.columns.map((column) => [column.name, column.default]));
    const row = new Row(newKey(), 0, seen);
    this.list.push(row);
    return row;
  }

  whyNot(row, column) { return column.whyNot || (row.version ? column.whyFixed : ""); }

  // Changes that belong together are one step of undoing. `changes`: [row, name, text, picked key].
  set(changes) {
    const step = [];
    for (const [row, name, text, key] of changes) {
      const before = { text: row.now[name] ?? "", key: row.picked[name] };
      if (before.text === text && (!key || before.key === key)) continue;
      step.push({ row, name, before, after: { text, key } });
    }
    this.#apply(step, "after");
    if (step.length) { this.done.push(step); this.undone = []; }
    return step.map((change) => change.row);
  }

  #apply(step, side) {
    for (const change of step) {
      const { text, key } = change[side];
      change.row.now[change.name] = text;
      if (key) change.row.picked[change.name] = key; else delete change.row.picked[change.name];
      delete change.row.faults[change.name];
    }
  }

  undo() { return this.#back(this.done, this.undone, "before"); }

  redo() { return this.#back(this.undone, this.done, "after"); }

  #back(from, to, side) {
    const step = from.pop();
    if (!step) return [];
    this.#apply(step, side);
    to.push(step);
    return step.map((change) => change.row);
  }
}
