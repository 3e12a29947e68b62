// What was typed and not saved stays on this machine for half a day, by person and ledger, and is offered again.
// Private fields are not typed into a grid, so none is kept.

const HOURS = 12;

export class Keeper {
  constructor(name) { this.name = `grid:${name}`; }

  // `left` was offered and not decided upon: it is not lost by typing something else.
  keep(rows, left) {
    const touched = rows.touched.map(({ key, version, seen, now, picked }) => ({ key, version, seen, now, picked }));
    const all = [...touched, ...left.filter((old) => !touched.some((row) => row.key === old.key))];
    try {
      if (all.length) localStorage.setItem(this.name, JSON.stringify({ at: Date.now(), rows: all }));
      else localStorage.removeItem(this.name);
    } catch { /* private window */ }
  }

  // The rows that were left, [] where there are none or they are too old.
  left() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.name) || "null");
      return kept && Date.now() - kept.at < HOURS * 3600e3 ? kept.rows : [];
    } catch { return []; }
  }
}

// Stored rows keep the version that they were typed upon: if somebody changed one since, both are shown.
export const restore = (rows, left) => left.map((old) => {
  let row = rows.byKey(old.key);
  if (!row) {
    row = rows.list.find((other) => !other.version && !other.isTouched) ?? rows.addEmpty();
    row.key = old.key;
  }
  Object.assign(row, { version: old.version, seen: old.seen, now: old.now, picked: old.picked });
  return row;
});
