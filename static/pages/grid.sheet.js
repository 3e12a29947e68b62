// Rows on the page: one table, one input that stands in the cell that is chosen.
// The input stands there before anything is typed, so that an input method writes its first letter into it.

const MODES = { number: "decimal" };

export class Sheet {
  constructor(table, rows) {
    this.table = table;
    this.rows = rows;
    this.columns = rows.columns;
    this.body = table.tBodies[0];
    this.at = null; // { row, column } as numbers
    this.anchor = null;
    this.marked = [];
    this.stop = null;
    this.isEditing = false;
    this.input = document.createElement("input");
    this.input.className = "cell-input";
    this.input.autocomplete = "off";
    this.input.spellcheck = false;
    this.input.enterKeyHint = "next";
    this.isTouch = matchMedia("(pointer: coarse)").matches;
  }

  rowAt(n) { return this.rows.list[n]; }

  cell(row, column) { return this.body.rows[row]?.cells[column + 1]; }

  place(td) {
    const cell = td.closest("td[role=gridcell]");
    return cell && { row: cell.parentElement.sectionRowIndex, column: cell.cellIndex - 1 };
  }

  // ---- drawing ----

  addRow(row) {
    const tr = this.body.insertRow();
    tr.setAttribute("role", "row");
    const head = document.createElement("th");
    head.scope = "row";
    head.className = "fix";
    head.setAttribute("role", "rowheader");
    head.append(String(tr.sectionRowIndex + 1));
    tr.append(head);
    for (const column of this.columns) {
      const td = tr.insertCell();
      td.setAttribute("role", "gridcell");
      td.dataset.l = column.label;
      if (column.kind === "number") td.className = "num";
    }
    this.paint(row);
  }

  paint(row) {
    const n = this.rows.list.indexOf(row);
    const tr = this.body.rows[n];
    if (!tr) return;
    this.columns.forEach((column, at) => this.#paintCell(row, column, tr.cells[at + 1], this.at?.row === n && this.at.column === at));
    this.#paintRow(row, tr);
  }

  #paintRow(row, tr) {
    tr.classList.toggle("touched", row.isTouched || row.isUndecided);
    tr.classList.toggle("new", !row.version && row.isTouched);
    tr.classList.toggle("empty", !row.version && !row.isTouched);
  }

  #paintCell(row, column, td, isChosen) {
    const text = row.now[column.name] ?? "";
    const fault = this.#faultOf(row, column, text);
    const clash = row.clash[column.name];
    td.classList.toggle("edited", row.isEdited(column.name));
    td.classList.toggle("wrong", Boolean(fault || clash));
    td.classList.toggle("locked", Boolean(this.rows.whyNot(row, column)));
    if (isChosen && this.input.parentElement === td) {
      if (!this.isEditing) this.input.value = text;
      td.querySelectorAll(".why, .clash").forEach((old) => old.remove());
    } else td.textContent = text;
    if (fault) td.append(this.#why(fault, `${row.key}-${column.name}`));
    if (clash) td.append(this.#choice(row, column, clash));
    if (isChosen) this.#describe(td);
  }

  // What concerns the whole row stands in its first cell.
  #ofRow(row, column) {
    if (column !== this.columns[0]) return "";
    return row.faults[""] || (row.isUndecided ? "" : row.clashSays);
  }

  // What is still to be typed into the row at hand is not wrong yet.
  #faultOf(row, column, text) {
    const isAtHand = this.at && this.rowAt(this.at.row) === row && !row.isAsked;
    const fault = row.faults[column.name];
    return fault && !(isAtHand && !text) ? fault : this.#ofRow(row, column);
  }

  #why(says, id) {
    const why = document.createElement("span");
    why.className = "why";
    why.id = `why-${id}`;
    why.textContent = says;
    return why;
  }

  #choice(row, column, clash) {
    const box = document.createElement("span");
    box.className = "clash";
    const was = clash.was ? `（原来是${clash.was}）` : "";
    box.append(this.#why(`${row.clashSays.split(" 改过")[0]} 改成“${clash.theirs || "空"}”${was}，你写的是“${row.now[column.name] || "空"}”。`, `${row.key}-${column.name}`));
    for (const [words, whose] of [["用现在的", "theirs"], ["用我写的", "mine"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn small";
      button.textContent = words;
      Object.assign(button.dataset, { decide: whose, key: row.key, name: column.name });
      button.setAttribute("aria-label", `${words}：${column.label}`);
      box.append(button);
    }
    return box;
  }

  // ---- choosing ----

  choose(row, column, { extend = false, quiet = false } = {}) {
    const before = this.at;
    this.leave();
    this.at = { row: clamp(row, this.rows.list.length), column: clamp(column, this.columns.length) };
    if (!extend) this.anchor = { ...this.at };
    const td = this.cell(this.at.row, this.at.column);
    td.textContent = "";
    td.append(this.input);
    this.#dress();
    if (before && before.row !== this.at.row) this.paint(this.rowAt(before.row));
    this.paint(this.rowAt(this.at.row));
    this.#mark();
    if (!quiet) { this.input.focus({ preventScroll: true }); this.input.select(); td.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  }

  #dress() {
    const row = this.rowAt(this.at.row);
    const column = this.columns[this.at.column];
    const text = row.now[column.name] ?? "";
    const isDay = column.kind === "date" && this.isTouch && /^(\d{4}-\d{2}-\d{2})?$/.test(text);
    this.input.type = isDay ? "date" : "text";
    this.input.inputMode = MODES[column.kind] ?? "text";
    this.input.readOnly = Boolean(this.rows.whyNot(row, column));
    this.input.value = text;
    this.input.setAttribute("aria-label", `${column.label}，第 ${this.at.row + 1} 行`);
    this.isEditing = false;
    this.input.classList.remove("editing");
  }

  #describe(td) {
    const why = td.querySelector(".why");
    this.input.setAttribute("aria-invalid", String(Boolean(why)));
    if (why) this.input.setAttribute("aria-describedby", why.id); else this.input.removeAttribute("aria-describedby");
  }

  // The input goes; the cell shows its text and can be come back to by Tab.
  leave() {
    if (!this.at) return;
    const td = this.input.parentElement;
    const { row, column } = this.at;
    this.at = null;
    this.isEditing = false;
    td?.replaceChildren();
    for (const old of this.marked) { old.classList.remove("chosen"); old.removeAttribute("aria-selected"); }
    this.marked = [];
    this.paint(this.rowAt(row));
    if (this.stop) this.stop.tabIndex = -1;
    this.stop = this.cell(row, column) ?? null;
    if (this.stop) this.stop.tabIndex = 0;
  }

  edit(isFresh = false) {
    if (this.input.readOnly) return;
    this.isEditing = true;
    this.input.classList.add("editing");
    if (!isFresh && this.input.type === "text") this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  get range() {
    const [a, b] = [this.anchor, this.at];
    return { top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.column, b.column), right: Math.max(a.column, b.column) };
  }

  #mark() {
    const { top, bottom, left, right } = this.range;
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const td = this.cell(row, column);
        td.classList.add("chosen");
        td.setAttribute("aria-selected", "true");
        td.tabIndex = -1;
        this.marked.push(td);
      }
    }
  }
}

const clamp = (n, length) => Math.max(0, Math.min(n, length - 1));
