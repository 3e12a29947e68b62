// What is typed into a form that records something stays on this device until it is saved: by person, for a week.
// Without a network it waits and goes by itself when the network is back. Sending twice saves once: the form carries
// the key of its entry, or the version that was seen. Private fields, files and passwords are never kept.
(() => {
  const HOURS = { typed: 12, waiting: 7 * 24, sent: 7 * 24 };
  const TRY_EVERY = 15e3;
  const PATIENCE = 8e3;
  const NEVER = ["csrfmiddlewaretoken"];
  const SENT = "draft-sent";
  const FILL = "draft-fill";

  const storage = (kind) => { try { return window[kind]; } catch { return null; } };
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; } };
  const write = (key, value) => {
    try { if (value) localStorage.setItem(key, JSON.stringify(value)); else localStorage.removeItem(key); return true; } catch { return false; }
  };

  // ---- what is kept of a form ----

  const isPrivate = (control) => control.matches("[data-private], [type=password], .private *");

  const controls = (form) => [...form.elements].filter((c) => c.name && !c.disabled && !NEVER.includes(c.name) && !c.matches("button, [type=submit]"));

  const fieldsOf = (form) => controls(form)
    .filter((c) => c.type !== "file" && !isPrivate(c) && (!["radio", "checkbox"].includes(c.type) || c.checked))
    .flatMap((c) => (c.multiple ? [...c.selectedOptions].map((o) => [c.name, o.value]) : [[c.name, c.value]]));

  // What a person filled in and that is not kept: it has to be filled in again.
  const leftOut = (form) => ({
    hasPrivate: controls(form).some((c) => isPrivate(c) && c.type !== "hidden" && (["radio", "checkbox"].includes(c.type) ? c.checked : c.value)),
    hasFiles: controls(form).some((c) => c.type === "file" && c.files.length),
  });

  // For the sentences that say so.
  const leftOutWords = ({ hasPrivate, hasFiles }) => [hasPrivate && "隐私的栏", hasFiles && "照片"].filter(Boolean).join("和");

  const addressOf = (form) => new URL(form.getAttribute("action") || location.href, location.href);

  const keyOf = (form) => {
    const own = form.elements.token?.value || `v${form.elements.version?.value ?? ""}`;
    return `draft:${form.dataset.keep}:${addressOf(form).pathname}:${own}`;
  };

  const draftOf = (form, state) => ({
    at: Date.now(),
    state,
    title: form.dataset.keepAs,
    page: location.pathname + location.search,
    action: addressOf(form).pathname + addressOf(form).search,
    canLook: Boolean(form.elements.token) && "keepLook" in form.dataset,
    fields: fieldsOf(form),
    ...leftOut(form),
  });

  // Forms of this page that were typed into: what they hold stands before one's eyes and is not listed.
  const live = new Set();

  const keep = (form, state = "typed") => { live.add(keyOf(form)); return write(keyOf(form), draftOf(form, state)); };

  // ---- sending ----

  // A page of the browser that says "no network" would take the form with it; so the network is asked first.
  const isReached = async () => {
    if (!navigator.onLine) return false;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try { return (await fetch(document.querySelector("link[rel=icon]").href, { method: "HEAD", cache: "no-store", signal: stop.signal })).status < 500; }
    catch { return false; } finally { clearTimeout(timer); }
  };

  const freshToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

  const renew = (form) => {
    const field = form.elements.csrfmiddlewaretoken;
    const token = freshToken();
    if (field && token) field.value = token;
  };

  const say = (form, text) => {
    const box = form.querySelector("[data-keep-says]");
    if (!box) return;
    box.hidden = !text;
    box.querySelector("[data-words]").textContent = text;
  };

  const waitingSays = (form) => {
    const not = leftOutWords(leftOut(form));
    return `没有网络，已存在本机，有网自动发。不用再填。${not ? `关掉这一页，${not}要重新填。` : ""}`;
  };

  const waiting = new Set();

  const go = (form) => {
    waiting.delete(form);
    renew(form);
    keep(form, "sent");
    storage("sessionStorage")?.setItem(SENT, keyOf(form));
    form.dataset.going = "1";
    form.submit();
  };

  const wait = (form) => {
    const isKept = keep(form, "waiting");
    waiting.add(form);
    say(form, isKept ? waitingSays(form) : "没有网络。这台机器存不下，请不要关这一页，有网自动发。");
    list();
  };

  const trySending = async () => {
    const [form] = waiting;
    if (form && !form.dataset.going && await isReached()) go(form);
  };

  // ---- forms of the page ----

  const attend = (form) => {
    // Files may be added and buttons pressed that carry a name: those go the way they always went.
    form.addEventListener("input", () => keep(form));
    form.addEventListener("change", () => keep(form));
    form.addEventListener("submit", async (event) => {
      if (form.dataset.going || event.submitter?.name) return;
      event.preventDefault();
      if (waiting.has(form)) return;
      const button = event.submitter;
      button?.setAttribute("aria-busy", "true");
      const reached = await isReached();
      button?.removeAttribute("aria-busy");
      if (reached) go(form); else wait(form);
    });
  };

  // A question to the server: without a network it is not asked, and the page stays.
  const ask = (form) => form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await isReached()) { renew(form); form.submit(); } else say(form, "没有网络。这句话已存在本机，有网再点。");
  });

  const fill = (form, fields) => {
    for (const control of controls(form)) {
      if (control.type === "file" || isPrivate(control)) continue;
      const own = fields.filter(([name]) => name === control.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(control.type)) control.checked = own.includes(control.value);
      else if (own.length) [control.value] = own;
    }
    say(form, "上次写的填回来了，看一遍再存。");
    keep(form);
    list();
  };

  // ---- what has not been sent ----

  const postOf = (draft, more = []) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: draft.action, hidden: true });
    for (const [name, value] of [...draft.fields, ...more, ["csrfmiddlewaretoken", freshToken() || ""]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    document.body.append(form);
    return form;
  };

  const mine = (user) => {
    const found = [];
    for (let n = 0; n < localStorage.length; n += 1) {
      const key = localStorage.key(n);
      if (key.startsWith(`draft:${user}:`)) found.push([key, read(key)]);
    }
    const isOld = (draft) => !draft || Date.now() - draft.at > HOURS[draft.state] * 3600e3;
    for (const [key, draft] of found) if (isOld(draft)) write(key, null);
    return found.filter(([, draft]) => !isOld(draft)).sort((a, b) => b[1].at - a[1].at);
  };

  const formsHere = () => [...document.querySelectorAll("form[data-keep]")];

  const STATES = { typed: "写了没存", waiting: "等网络", sent: "发过，不知道到了没有" };

  const line = ([key, draft]) => {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const title = document.createElement("b");
    title.textContent = draft.title;
    const note = document.createElement("small");
    const not = leftOutWords(draft);
    note.textContent = `${new Date(draft.at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" })}，${STATES[draft.state]}${not ? `；${not}没有存，要重新填` : ""}`;
    words.append(title, note);
    item.append(words);
    const isWhole = !draft.hasPrivate && !draft.hasFiles;
    const acts = [...(isWhole ? [["发出去", "send", "primary"]] : []), ["接着填", "open", ""], ["删掉", "drop", "quiet"]];
    for (const [text, act, kind] of acts) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: text, className: `btn ${kind}`.trim() });
      Object.assign(button.dataset, { act, key });
      button.setAttribute("aria-label", `${text}：${draft.title}`);
      item.append(button);
    }
    return item;
  };

  const list = () => {
    const box = document.querySelector("[data-drafts]");
    if (!box) return;
    const found = mine(box.dataset.drafts).filter(([key]) => !live.has(key));
    box.hidden = !found.length;
    box.querySelector("ul").replaceChildren(...found.map(line));
  };

  const told = (text) => { const says = document.querySelector("[data-drafts-says]"); if (says) says.textContent = text; };

  const act = async (button) => {
    const { key } = button.dataset;
    const draft = read(key);
    if (!draft || button.dataset.act === "drop") { write(key, null); list(); return; }
    const here = formsHere().find((form) => keyOf(form) === key);
    if (here && button.dataset.act === "open") { fill(here, draft.fields); return; }
    if (!await isReached()) { told("现在没有网络，还在本机，有网再发。"); return; }
    if (button.dataset.act === "send") {
      write(key, { ...draft, state: "sent" });
      storage("sessionStorage")?.setItem(SENT, key);
      postOf(draft).submit();
    } else if (draft.canLook) postOf(draft, [["look", "1"]]).submit();
    else { storage("sessionStorage")?.setItem(FILL, key); location.assign(draft.page); }
  };

  // ---- a page is opened ----

  const cameBack = (key) => {
    const draft = read(key);
    if (!draft) return;
    // Of a correction that somebody was ahead of, the form comes back at the newer version.
    const form = formsHere().find((one) => keyOf(one) === key || key.endsWith(`${addressOf(one).pathname}:v${one.dataset.keepWas}`));
    if (form || document.querySelector(".toast, #messages .msg")) write(key, null);
    if (form) keep(form);
  };

  const ready = () => {
    const session = storage("sessionStorage");
    // What was sent is saved if the next page says so; if a form came back, it is being typed again.
    const sent = session?.getItem(SENT);
    session?.removeItem(SENT);
    const wanted = read(session?.getItem(FILL) ?? "");
    session?.removeItem(FILL);
    formsHere().forEach(attend);
    document.querySelectorAll("form[data-ask-network]").forEach(ask);
    if (sent) cameBack(sent);
    const form = wanted && formsHere().find((one) => addressOf(one).pathname === wanted.action.split("?")[0]);
    if (form) fill(form, wanted.fields);
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act][data-key]");
      if (button) act(button);
    });
    addEventListener("online", trySending);
    setInterval(trySending, TRY_EVERY);
    list();
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready); else ready();
})();
