// Hands on the grid: arrows, typing, the mouse, and blocks from and to Excel or WPS.

import { toBlock, toText } from "./grid.clip.js";

const PAGE = 10;
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-PAGE, 0], PageDown: [PAGE, 0] };

export class Hands {
  // `told`: changed(rows, isBlock), save(), say(text).
  constructor(sheet, suggestions, told) {
    Object.assign(this, { sheet, suggestions, told, rows: sheet.rows });
    this.picked = undefined;
    this.isDragging = false;
    const { table, input } = sheet;
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("compositionstart", () => sheet.edit(true));
    input.addEventListener("focusout", (event) => { if (!table.contains(event.relatedTarget)) this.commit(); });
    table.addEventListener("focusin", (event) => { if (event.target.matches("td[role=gridcell]")) this.#goTo(sheet.place(event.target)); });
    table.addEventListener("pointerdown", (event) => this.#press(event));
    table.addEventListener("pointerover", (event) => this.#drag(event));
    table.addEventListener("click", (event) => this.#tap(event));
    table.addEventListener("dblclick", () => { if (sheet.at) sheet.edit(); });
    addEventListener("pointerup", () => { this.isDragging = false; });
    for (const kind of ["copy", "cut", "paste"]) document.addEventListener(kind, (event) => this.#clip(kind, event));
    suggestions.box.addEventListener("pointerdown", (event) => { event.preventDefault(); this.#take(event); });
  }

  get column() { return this.sheet.columns[this.sheet.at.column]; }

  // ---- the mouse and the finger ----

  #press(event) {
    const at = this.sheet.place(event.target);
    if (!at || event.pointerType !== "mouse" || event.button || event.target.closest("button, a")) return;
    if (event.target === this.sheet.input) { this.sheet.edit(true); return; }
    event.preventDefault();
    this.#goTo(at, { extend: event.shiftKey });
    this.isDragging = true;
  }

  #drag(event) {
    const at = this.isDragging && this.sheet.place(event.target);
    if (at && (at.row !== this.sheet.at.row || at.column !== this.sheet.at.column)) this.#goTo(at, { extend: true });
  }

  #tap(event) {
    if (event.pointerType === "mouse" || event.target === this.sheet.input || event.target.closest("button, a")) return;
    const at = this.sheet.place(event.target);
    if (at) this.#goTo(at);
  }

  #take(event) {
    const line = event.target.closest("li");
    if (!line) return;
    this.#pick(this.suggestions.taken(Number(line.dataset.n)));
    this.commit();
    this.sheet.input.select();
  }

  // ---- going and typing ----

  #goTo({ row, column }, options) {
    this.commit();
    this.sheet.choose(row, column, options);
  }

  #typed() {
    this.sheet.edit(true);
    this.picked = undefined;
    this.suggestions.look(this.column, this.sheet.input.value);
  }

  #pick(found) {
    if (!found) return;
    const { input } = this.sheet;
    const parts = input.value.split(/[、,，;；]/);
    input.value = this.column.kind === "several" ? [...parts.slice(0, -1), found.text].filter(Boolean).join("、") : found.text;
    this.picked = found.key;
    this.sheet.edit(true);
    this.suggestions.close();
  }

  // What stands in the input becomes the cell's text.
  commit() {
    const { sheet } = this;
    this.suggestions.close();
    if (!sheet.at || !sheet.isEditing) return;
    const [row, name, text, key] = [sheet.rowAt(sheet.at.row), this.column.name, sheet.input.value.trim(), this.picked];
    sheet.isEditing = false;
    sheet.input.classList.remove("editing");
    this.picked = undefined;
    this.#change([[row, name, text, key]]);
  }

  #change(changes, isBlock = false) {
    const rows = new Set(this.rows.set(changes));
    if (rows.size) this.told.changed([...rows], isBlock);
  }

  #key(event) {
    if (event.isComposing) return;
    const isHeld = event.ctrlKey || event.metaKey;
    const done = (isHeld && this.#held(event)) || (this.sheet.isEditing ? this.#editKey(event) : this.#moveKey(event, isHeld));
    if (done) event.preventDefault();
  }

  #held(event) {
    const key = event.key.toLowerCase();
    if (key === "s") { this.commit(); this.told.save(); return true; }
    if (this.sheet.isEditing) return false;
    if (key === "z" || key === "y") {
      const changed = key === "y" || event.shiftKey ? this.rows.redo() : this.rows.undo();
      if (changed.length) this.told.changed([...new Set(changed)], true);
      else this.told.say("没有可以退回的了。");
      return true;
    }
    if (key !== "a") return false;
    this.sheet.anchor = { row: 0, column: 0 };
    this.sheet.choose(this.rows.list.length, this.sheet.columns.length, { extend: true });
    return true;
  }

  #editKey(event) {
    const { suggestions } = this;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (suggestions.isOpen && by) { suggestions.step(by); return true; }
    if (event.key === "Escape") {
      if (suggestions.isOpen) suggestions.close();
      else { this.sheet.isEditing = false; this.sheet.choose(this.sheet.at.row, this.sheet.at.column); }
      return true;
    }
    if (event.key === "Enter" || event.key === "Tab") {
      this.#pick(suggestions.taken());
      return this.#onward(event);
    }
    return by ? this.#move(by, 0, false) : false;
  }

  #moveKey(event, isHeld) {
    const { sheet } = this;
    if (MOVES[event.key]) {
      if (event.altKey) { this.suggestions.all(this.column); sheet.edit(true); return true; }
      const far = isHeld ? 1e6 : 1;
      return this.#move(MOVES[event.key][0] * far, MOVES[event.key][1] * far, event.shiftKey);
    }
    if (event.key === "Home" || event.key === "End") {
      const row = isHeld ? (event.key === "Home" ? 0 : this.rows.list.length) : sheet.at.row;
      this.#goTo({ row, column: event.key === "Home" ? 0 : sheet.columns.length }, { extend: event.shiftKey });
      return true;
    }
    if (event.key === "Enter" || event.key === "Tab") return this.#onward(event);
    if (event.key === "F2") { sheet.edit(); return true; }
    if (event.key === "Delete" || event.key === "Backspace") { this.#clear(); return true; }
    if (event.key === "Escape") { sheet.choose(sheet.at.row, sheet.at.column); return true; }
    return false;
  }

  // Enter goes down, Tab to the right and on into the next row; from the last cell Tab leaves the grid.
  // On a phone, where a row is a card, Enter is the key for the next line of it.
  #onward(event) {
    const { at, columns, isTouch } = this.sheet;
    const by = event.shiftKey ? -1 : 1;
    if (event.key === "Enter" && !isTouch) {
      if (by > 0 && at.row === this.rows.list.length - 1) this.sheet.addRow(this.rows.addEmpty());
      return this.#move(by, 0, false);
    }
    const next = at.row * columns.length + at.column + by;
    if (next < 0 || next >= this.rows.list.length * columns.length) { this.commit(); return false; }
    this.#goTo({ row: Math.floor(next / columns.length), column: next % columns.length });
    return true;
  }

  #move(down, right, extend) {
    const { at } = this.sheet;
    this.#goTo({ row: at.row + down, column: at.column + right }, { extend });
    return true;
  }

  // ---- blocks ----

  #cells() {
    const { top, bottom, left, right } = this.sheet.range;
    const rows = this.rows.list.slice(top, bottom + 1);
    return rows.map((row) => this.sheet.columns.slice(left, right + 1).map((column) => ({ row, column })));
  }

  #clear() {
    const cells = this.#cells().flat().filter(({ row, column }) => !this.rows.whyNot(row, column));
    this.#change(cells.map(({ row, column }) => [row, column.name, ""]), true);
  }

  #clip(kind, event) {
    const { sheet } = this;
    if (event.target !== sheet.input) return;
    if (kind === "paste") {
      const text = event.clipboardData.getData("text/plain");
      if (sheet.isEditing && !/[\t\n]/.test(text.trim())) return;
      event.preventDefault();
      this.paste(toBlock(text));
      return;
    }
    if (sheet.isEditing) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", toText(this.#cells().map((cells) => cells.map(({ row, column }) => row.now[column.name] ?? ""))));
    if (kind === "cut") this.#clear();
  }

  paste(block) {
    const { sheet, rows } = this;
    sheet.isEditing = false;
    const { top, bottom, left, right } = sheet.range;
    const isOne = block.length === 1 && block[0].length === 1;
    const told = [];
    const columns = sheet.columns.slice(left, isOne ? right + 1 : left + Math.max(...block.map((line) => line.length)));
    let lines = isOne ? Array.from({ length: bottom - top + 1 }, () => columns.map(() => block[0][0])) : block;
    if (lines.length > 1 && columns.every((column, n) => (lines[0][n] ?? "").trim() === column.label)) { lines = lines.slice(1); told.push("表头没有贴进来。"); }
    const widest = Math.max(...lines.map((line) => line.length));
    if (widest > columns.length) told.push(`右边多出 ${widest - columns.length} 列，没有贴进来。`);
    while (rows.list.length < top + lines.length) sheet.addRow(rows.addEmpty());
    const refused = new Set();
    const changes = [];
    lines.forEach((line, n) => line.slice(0, columns.length).forEach((text, at) => {
      const row = rows.list[top + n];
      const why = rows.whyNot(row, columns[at]);
      if (!why) changes.push([row, columns[at].name, text.trim()]);
      else if (text.trim() !== (row.now[columns[at].name] ?? "")) refused.add(why);
    }));
    this.#change(changes, true);
    this.told.say([`贴进来 ${lines.length} 行。`, ...told, ...refused].join(""), refused.size > 0);
    sheet.choose(top, left, { quiet: false });
  }
}
