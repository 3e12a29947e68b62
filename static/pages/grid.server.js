// Asking the server: check these rows, save them, find an entry. Each failure is a sentence.

const NO_NETWORK = "现在没有网络，没有存上。你写的都还在，也记在本机；有网了再点存。";
const SIGNED_OUT = "登录过期了，没有存上。另开一页登录，再回来点存，写的都还在。";

export class Refused extends Error {
  constructor(says, errors = {}) { super(says); this.errors = errors; }
}

// Read anew each time: another tab may have signed in again.
export const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
  ?? JSON.parse(document.body.getAttribute("hx-headers") || "{}")["x-csrftoken"] ?? "";

const answer = async (url, options) => {
  let response;
  try { response = await fetch(url, { credentials: "same-origin", ...options }); } catch { throw new Refused(NO_NETWORK); }
  const isJson = (response.headers.get("content-type") || "").includes("json");
  if (!isJson) throw new Refused(response.redirected || response.status === 403 ? SIGNED_OUT : `没有存上（${response.status}）。你写的都还在，过一会儿再点存。`);
  const told = await response.json();
  if (!response.ok) throw new Refused(told.says, told.errors);
  return told;
};

export const send = (url, rows, reason = "") => answer(url, {
  method: "POST",
  headers: { "content-type": "application/json", "x-csrftoken": csrfToken() },
  body: JSON.stringify({ rows, reason }),
});

export const find = async (url, text) => (await answer(`${url}?q=${encodeURIComponent(text)}`, {})).found;
