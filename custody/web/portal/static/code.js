// Says what has become of the code on this page, until it was used or has expired.
const EVERY_MS = 3_000;
const place = document.querySelector("[data-look]");

async function look() {
  try {
    const answer = await fetch(place.dataset.look, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#code-state");
      const shown = place.querySelector("#code-state");
      if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
      if (fresh?.dataset.settled) return;
    } else if (answer.status === 404) {
      return;
    }
  } catch {
    // The next try may reach the server.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
