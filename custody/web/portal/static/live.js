// Keeps a page up to date without a reload: asks for it again with its ETag, and swaps what is marked data-live.
const EVERY_MS = 15_000;
const WAIT_MOST_MS = 120_000;

let tag = document.body.dataset.tag;
let wait = EVERY_MS;

function swap(fresh) {
  for (const part of document.querySelectorAll("[data-live][id]")) {
    const other = fresh.getElementById(part.id);
    // What a hand is in stays as it is until the next time, and what holds something for its reader to the end.
    if (!other || part.querySelector("[data-held]") || part.contains(document.activeElement) && part.querySelector(":focus-visible")) continue;
    if (part.innerHTML === other.innerHTML) continue;
    const open = new Set([...part.querySelectorAll("details[open][id]")].map((one) => one.id));
    part.replaceChildren(...other.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    part.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
  }
}

function tell(lost) {
  const line = document.querySelector(".connection");
  line.hidden = !lost;
  line.textContent = lost ? line.dataset.lost : "";
}

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { "If-None-Match": `W/"${tag}"`, Accept: "text/html" } });
      if (answer.ok) {
        swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
        tag = /"(.*)"/.exec(answer.headers.get("ETag") ?? "")?.[1] ?? tag;
      } else if (answer.status === 404) {
        location.reload(); // what it was about is there no longer, and its page says so
      } else if (answer.status !== 304) {
        throw new Error(answer.status);
      }
      wait = EVERY_MS;
      tell(false);
    } catch {
      wait = Math.min(wait * 2, WAIT_MOST_MS);
      tell(true);
    }
  }
  setTimeout(refresh, wait * (0.9 + 0.2 * Math.random()));
}

// What waited for the first paint (look.css) is laid out now: all of a page is there to be copied and pictured.
requestAnimationFrame(() => setTimeout(() => document.documentElement.classList.add("painted")));

if (tag) setTimeout(refresh, wait * (0.9 + 0.2 * Math.random()));
