// 表格录入: reads the table that the server drew, and lets it be typed into. Without it the rows can still be read.

import { Hands } from "./grid.keys.js";
import { Keeper, restore } from "./grid.keep.js";
import { Row, Rows } from "./grid.rows.js";
import { csrfToken, find, send } from "./grid.server.js";
import { Sheet } from "./grid.sheet.js";
import { Suggestions } from "./grid.suggest.js";

const WAIT = 300;
const AT_ONCE = 100;

const start = (table) => {
  const told = JSON.parse(table.dataset.grid);
  const part = (name) => document.querySelector(`[data-grid-${name}]`);
  const rows = new Rows(told.columns);
  for (const tr of table.tBodies[0].rows) {
    const seen = Object.fromEntries(told.columns.map((column, n) => [column.name, tr.cells[n + 1].textContent.trim()]));
    rows.list.push(new Row(tr.dataset.key, Number(tr.dataset.version), seen));
  }
  const sheet = new Sheet(table, rows);
  const suggestions = new Suggestions(sheet, (name, text) => find(`${told.find}${name}/`, text));
  const keeper = new Keeper(table.dataset.keep);
  let left = keeper.left();
  const waiting = new Set();
  let timer;
  let isSaving = false;

  const say = (text, isWrong = false) => {
    part("status").textContent = text;
    part("status").classList.toggle("bad", isWrong);
    part("undo-save").hidden = true;
  };

  const count = () => {
    const touched = rows.touched;
    const cells = touched.reduce((sum, row) => sum + row.edited.length, 0);
    const wrong = touched.filter((row) => Object.keys(row.faults).length || row.isUndecided).length;
    part("count").textContent = touched.length ? `${touched.length} 行 ${cells} 格没存${wrong ? `，${wrong} 行要看` : ""}` : "没有要存的";
    part("reason").hidden = !touched.some((row) => row.version);
    part("save").disabled = !touched.length || isSaving;
  };

  const after = (list) => { list.forEach((row) => sheet.paint(row)); keeper.keep(rows, left); count(); };

  // ---- checking as it is typed ----

  const meet = (answer, sent) => {
    for (const [key, clash] of Object.entries(answer.clashes)) rows.byKey(key)?.meet(clash);
    for (const { key, cells } of sent) {
      const row = rows.byKey(key);
      if (!row) continue;
      row.understood(answer.texts[key] ?? {}, cells);
      row.faults = answer.faults[key] ?? {};
    }
    after(sent.map(({ key }) => rows.byKey(key)).filter(Boolean));
  };

  const check = async () => {
    const asked = [...waiting].filter((row) => row.isTouched && !row.isUndecided);
    waiting.clear();
    for (let n = 0; n < asked.length; n += AT_ONCE) {
      const sent = asked.slice(n, n + AT_ONCE).map((row) => row.toSend());
      // Typing goes on without a network; saving says what is missing.
      try { meet(await send(told.check, sent), sent); } catch { return; }
    }
  };

  const changed = (list, isBlock) => {
    for (const row of list) { waiting.add(row); if (isBlock) row.isAsked = true; }
    after(list);
    clearTimeout(timer);
    timer = setTimeout(check, WAIT);
  };

  // ---- saving ----

  const reasonGiven = () => part("reason").querySelector("input").value.trim();

  const refuse = (error) => {
    say(error.message, true);
    if (error.errors?.reason) part("reason").querySelector("input").focus();
  };

  const tellSaved = (answer) => {
    const left = rows.touched.map((row) => rows.list.indexOf(row) + 1);
    const done = Object.keys(answer.saved).length;
    say(`${done ? `存了 ${done} 行。` : ""}${left.length ? `还有 ${left.length} 行没存：第 ${left.slice(0, 8).join("、")} 行${left.length > 8 ? "等" : ""}，看格子里的话。` : ""}`, left.length > 0);
    const form = part("undo-save");
    form.hidden = !answer.undo;
    form.action = answer.undo;
    form.querySelector("[name=csrfmiddlewaretoken]").value = csrfToken();
  };

  const save = async () => {
    clearTimeout(timer);
    const touched = rows.touched.filter((row) => !row.isUndecided);
    if (isSaving || !touched.length) { say(rows.touched.length ? "先选用谁的，再存。" : "没有要存的。", rows.touched.length > 0); return; }
    if (touched.some((row) => row.version) && !reasonGiven()) {
      refuse(Object.assign(new Error("改了已经记下的，还没写为什么改。写一句，以后查得到。"), { errors: { reason: true } }));
      return;
    }
    isSaving = true;
    say("正在存…");
    count();
    const sent = touched.map((row) => row.toSend());
    touched.forEach((row) => { row.isAsked = true; });
    try {
      const answer = await send(told.save, sent, reasonGiven());
      for (const { key, cells } of sent) if (answer.saved[key]) rows.byKey(key).stored(answer.saved[key], cells);
      meet(answer, sent);
      if (!rows.touched.some((row) => row.version)) part("reason").querySelector("input").value = "";
      tellSaved(answer);
    } catch (error) { refuse(error); }
    isSaving = false;
    keeper.keep(rows, left);
    count();
  };

  new Hands(sheet, suggestions, { changed, save, say });

  // ---- buttons ----

  const addRows = (n) => { for (let each = 0; each < n; each += 1) sheet.addRow(rows.addEmpty()); };

  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-decide]");
    if (!button) return;
    const row = rows.byKey(button.dataset.key);
    row.decide(button.dataset.name, button.dataset.decide === "mine");
    if (!row.isUndecided) row.clashSays = "";
    after([row]);
    sheet.choose(rows.list.indexOf(row), told.columns.findIndex((column) => column.name === button.dataset.name));
  });
  part("save").addEventListener("click", save);
  part("more").addEventListener("click", () => {
    const first = rows.list.length;
    addRows(sheet.isTouch ? 1 : told.empty);
    sheet.choose(first, 0);
  });
  part("reason").addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); save(); } });
  addEventListener("beforeunload", (event) => { if (rows.touched.length) event.preventDefault(); });

  // ---- what was left the last time ----

  const offer = part("left");
  offer.hidden = !left.length;
  offer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-left]");
    if (!button) return;
    offer.hidden = true;
    const restored = button.dataset.left === "fill" ? restore(rows, left) : [];
    left = [];
    keeper.keep(rows, left);
    while (table.tBodies[0].rows.length < rows.list.length) sheet.addRow(rows.list[table.tBodies[0].rows.length]);
    changed(restored, true);
  });

  // On a phone the new row comes first: the stored ones are a press away.
  const stored = part("stored");
  if (stored) table.classList.add("only-new");
  stored?.addEventListener("click", () => { table.classList.remove("only-new"); stored.hidden = true; });

  addRows(sheet.isTouch ? 1 : told.empty);
  document.documentElement.classList.add("has-grid");
  const first = rows.list.findIndex((row) => !row.version);
  sheet.choose(first, 0, { quiet: true });
  sheet.leave();
  table.parentElement.scrollTop = table.parentElement.scrollHeight;
  count();
};

const table = document.querySelector("table[data-grid]");
if (table) start(table);
