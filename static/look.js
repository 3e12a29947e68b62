// Display choices, popovers, copying, dialogs, photos, printing one sheet. Everything else works without it.
// Loaded before the page is drawn, so that a dark page does not flash white.
(() => {
  const root = document.documentElement;
  const remember = (key, value) => { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* private window */ } };
  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  for (const key of ["size", "theme", "rows"]) if (recall(key)) root.dataset[key] = recall(key);

  const paint = () => document.querySelectorAll("[data-toggle]").forEach((button) => {
    const [key, value] = button.dataset.toggle.split(":");
    button.setAttribute("aria-pressed", String((root.dataset[key] || "") === value));
  });

  const toggle = (button) => {
    const [key, value] = button.dataset.toggle.split(":");
    if (!value || root.dataset[key] === value) delete root.dataset[key]; else root.dataset[key] = value;
    remember(key, root.dataset[key]);
    paint();
  };

  // A popover stands beside its figure but is placed against the window, so that no table cuts it off.
  const place = (opener, box) => {
    const at = opener.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8));
    const below = at.bottom + 8;
    const fits = below + box.offsetHeight < innerHeight || at.top < box.offsetHeight;
    box.style.left = `${left}px`;
    box.style.top = `${fits ? below : at.top - box.offsetHeight - 8}px`;
  };

  const boxOf = (opener) => document.getElementById(opener.getAttribute("aria-controls")) || opener.nextElementSibling;

  const setOpen = (opener, open) => {
    const box = boxOf(opener);
    opener.setAttribute("aria-expanded", String(open));
    box.hidden = !open;
    if (open && box.classList.contains("pop")) place(opener, box);
  };

  const closePopovers = (except) => {
    for (const opener of document.querySelectorAll('.has-pop > [aria-expanded="true"]')) if (opener !== except) setOpen(opener, false);
  };

  const copy = (button) => {
    const box = button.closest("[data-copy-box]");
    const source = box.querySelector("[data-copy-text]");
    const said = box.querySelector("[data-copied]");
    const done = () => { said.hidden = false; };
    const bySelection = () => { getSelection().selectAllChildren(source); if (document.execCommand("copy")) done(); }; // an intranet has no https
    if (navigator.clipboard) navigator.clipboard.writeText(source.innerText).then(done, bySelection); else bySelection();
  };

  const printSheet = (button) => {
    root.dataset.sheet = button.dataset.print;
    addEventListener("afterprint", () => delete root.dataset.sheet, { once: true });
    window.print();
  };

  const openDialog = (button, event) => {
    const dialog = document.getElementById(button.dataset.dialog);
    if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  };

  document.addEventListener("click", (event) => {
    const find = (selector) => event.target.closest(selector);
    const opener = find("[aria-expanded]");
    if (opener && boxOf(opener)) { event.preventDefault(); setOpen(opener, opener.getAttribute("aria-expanded") !== "true"); }
    if (!find(".pop")) closePopovers(opener);
    if (find("[data-toggle]")) toggle(find("[data-toggle]"));
    if (find("[data-dialog]")) openDialog(find("[data-dialog]"), event);
    if (find("[data-copy]")) copy(find("[data-copy]"));
    if (find("[data-print]")) printSheet(find("[data-print]"));
    const closer = find("[data-close]");
    if (closer) { const dialog = closer.closest("dialog"); if (dialog) dialog.close(); else closer.closest(".toast")?.remove(); }
    for (const more of document.querySelectorAll("details.more[open]")) if (!more.contains(event.target)) more.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const opener = document.querySelector('.has-pop > [aria-expanded="true"]');
    if (opener) { setOpen(opener, false); opener.focus(); }
    for (const more of document.querySelectorAll("details.more[open]")) { more.open = false; more.querySelector("summary").focus(); }
  });

  for (const kind of ["scroll", "resize"]) addEventListener(kind, () => {
    for (const opener of document.querySelectorAll('.has-pop > [aria-expanded="true"]')) place(opener, boxOf(opener));
  }, { capture: true, passive: true });

  // A photo field says which pictures were taken.
  document.addEventListener("change", (event) => {
    const photo = event.target.closest(".photo");
    if (!photo) return;
    const names = [...event.target.files].map((file) => file.name);
    photo.classList.toggle("has", names.length > 0);
    photo.querySelector("[data-names]").textContent = names.join("、");
  });

  const ready = () => { paint(); document.querySelector("[data-focus]")?.focus(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready); else ready();
  document.addEventListener("htmx:afterSettle", paint);
})();
