// Conveniences on pages that are complete without them.
"use strict";

const box = document.querySelector("#q");

// `/` leads to the search box, the arrow keys from hit to hit.
document.addEventListener("keydown", (event) => {
  // With one of these a key is the browser's: to select, to go back, to scroll.
  if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key !== "/")) return;
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    box.focus();
    box.select();
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (!typing || event.target === box)) {
    const hits = [...document.querySelectorAll(".hit h2 a")];
    if (hits.length === 0) return;
    const within = document.activeElement.closest(".hit");
    const at = hits.findIndex((hit) => hit.closest(".hit") === within);
    const to = at + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    if (to < 0) box.focus();
    else hits[Math.min(to, hits.length - 1)].focus();
  }
});

// What changes without a new page is said to those who cannot see it.
const status = document.createElement("p");
status.setAttribute("role", "status");
status.className = "hidden";
document.body.append(status);

// Search as you type, where results are shown.
let waiting;
let asked = 0;
box.addEventListener("input", () => {
  clearTimeout(waiting);
  if (location.pathname !== "/search" || box.value.trim() === "") return;
  waiting = setTimeout(search, 200);
});

async function search() {
  const number = ++asked;
  const url = "/search?" + new URLSearchParams(new FormData(box.form));
  const answer = await fetch(url).catch(() => null);
  // An answer that is late must not replace a newer one.
  if (!answer || number !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = page.querySelector("main");
  if (!main) return;
  status.textContent = main.querySelector(".lead, .notice h1, .notice h2")?.textContent ?? "";
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  history.replaceState(null, "", url);
}

// An id can be copied.
const id = document.querySelector("#chunk-id");
if (id && navigator.clipboard) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(id.textContent);
    button.textContent = "Copied";
  });
  id.after(" ", button);
}

// A link to a passage of another part of a long manual: the server is not told what follows `#`.
function follow() {
  const wanted = /^#chunk-(\d+)$/.exec(location.hash);
  const reader = document.querySelector(".reader");
  if (!wanted || !reader || document.querySelector(location.hash)) return;
  if (Number(wanted[1]) < Number(reader.dataset.chunks)) {
    location.replace(`${location.pathname}?chunk=${wanted[1]}${location.hash}`);
  }
}
follow();
addEventListener("hashchange", follow);

// The contents show where the reader is: at the last heading up to the passage.
const ordinal = (hash) => Number(/^#chunk-(\d+)$/.exec(hash)?.[1]);
function markPlace() {
  const contents = document.querySelector(".contents");
  if (!contents || !location.hash) return;
  const wanted = ordinal(location.hash);
  let place = null;
  for (const link of contents.querySelectorAll("li:not(.more) > a")) {
    link.removeAttribute("aria-current");
    if (link.hash === location.hash || ordinal(link.hash) <= wanted) place = link;
  }
  if (!place) return;
  place.setAttribute("aria-current", "location");
  for (let around = place.parentElement; around !== contents; around = around.parentElement) {
    if (around.matches("details")) around.open = true;
  }
  // Not `scrollIntoView`, which would scroll the page as well.
  const below = place.getBoundingClientRect().top - contents.getBoundingClientRect().top;
  contents.scrollTop += below - contents.clientHeight / 2;
}
markPlace();
addEventListener("hashchange", markPlace);

// On paper a page says where it is from.
const address = document.createElement("p");
address.className = "address";
document.body.append(address);
const tellAddress = () => (address.textContent = location.href);
tellAddress();
addEventListener("beforeprint", tellAddress);

// Not every browser lets the keyboard scroll what cannot have the focus.
function makeReachable() {
  for (const wide of document.querySelectorAll("pre, table")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
makeReachable();
addEventListener("resize", makeReachable);
