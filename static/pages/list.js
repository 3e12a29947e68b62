/* A list: tick all rows of the page at once, and say how many are ticked. Without it each row is ticked by itself. */
(() => {
  const all = document.querySelector("[data-tick-all]");
  const told = document.querySelector("[data-ticked]");
  if (!all || !told) return;
  const boxes = [...document.querySelectorAll('input[name="key"]')];
  const say = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    told.textContent = ticked ? `${ticked} 条` : "";
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    for (const box of boxes) box.closest("tr").setAttribute("aria-selected", box.checked);
  };
  all.hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; say(); });
  for (const box of boxes) box.addEventListener("change", say);
  say();
})();
