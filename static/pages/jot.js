// Keeps a sentence that was not saved, on this device and for half a day, and sends a choice as soon as it is made.
// Everything works without it.
(() => {
  const box = document.querySelector("[data-draft]");
  if (!box) return;
  const key = `jot:${box.dataset.draft}`;
  const hours = 12;
  const recall = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "null");
      return kept && Date.now() - kept.at < hours * 3600e3 ? kept.say : "";
    } catch { return ""; }
  };
  const remember = (say) => {
    try { say ? localStorage.setItem(key, JSON.stringify({ say, at: Date.now() })) : localStorage.removeItem(key); } catch { /* private window */ }
  };
  // What was just saved is no draft any more.
  if (document.querySelector(".toast, .messages .green, [data-saved]")) remember("");
  if ("restore" in box.dataset && !box.value) box.value = recall();
  box.addEventListener("input", () => remember(box.value.trim()));
  document.addEventListener("click", (event) => { if (event.target.closest("[data-forget]")) remember(""); });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.pick");
    if (form) form.requestSubmit();
  });
})();
