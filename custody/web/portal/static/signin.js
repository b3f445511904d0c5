// A passkey's ceremony: options from the service, an answer from the browser's keeper of passkeys, back to the service.
const form = document.querySelector("form[data-ceremony]");
const told = document.querySelector(".told");

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encode = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function tell(name, minutes) {
  told.textContent = told.dataset[name].replace("{n}", minutes);
  told.hidden = false;
}

async function post(address, body) {
  const headers = { "X-CSRFToken": form.elements.csrf_token.value, "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.ok) return answer.json();
  const wait = Math.ceil((answer.headers.get("Retry-After") ?? 60) / 60);
  throw Object.assign(new Error(answer.status), { told: { 410: "gone", 429: "wait" }[answer.status] ?? "refused", wait });
}

async function perform() {
  const options = await post(form.dataset.options, {});
  options.challenge = decode(options.challenge);
  for (const one of [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])]) one.id = decode(one.id);
  if (options.user) options.user.id = decode(options.user.id);
  const made = await navigator.credentials[form.dataset.ceremony]({ publicKey: options });
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = encode(made.response[name]);
  }
  const credential = { id: made.id, rawId: encode(made.rawId), type: made.type, response };
  const { label, next } = form.elements;
  return post(form.getAttribute("action"), { credential, label: label?.value.trim() ?? "", next: next?.value ?? "" });
}

if (!window.PublicKeyCredential || !window.isSecureContext) {
  tell("unable");
} else if (location.origin !== form.dataset.origin) {
  tell("elsewhere");
  document.querySelector(".elsewhere").hidden = false;
} else {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    const button = form.querySelector("button");
    button.disabled = true;
    told.hidden = true;
    try {
      location.assign((await perform()).to);
    } catch (error) {
      button.disabled = false;
      tell(error.told ?? (error.name === "InvalidStateError" ? "known" : "broken"), error.wait);
    }
  });
}
