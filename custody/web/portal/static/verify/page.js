// *Verify in your browser*: a press on a button checks its event, and shows every step beneath it.
import { Fault } from "./bytes.js";
import { whyNot } from "./ed25519.js";
import { STEPS } from "./steps.js";

const SHORT = 16;
const UNANSWERED = ["no-answer", "not-there"];
const section = document.getElementById("verify");
const pattern = document.getElementById("verify-result").content;
const reason = await whyNot();

if (reason) section.querySelector(`[data-cannot="${reason}"]`).hidden = false;
else document.documentElement.classList.add("can-verify");

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-verify]");
  if (!button || button.disabled) return;
  button.disabled = true;
  await run(button).finally(() => (button.disabled = false));
});

async function run(button) {
  const result = pattern.firstElementChild.cloneNode(true);
  if (button.nextElementSibling?.matches(".proof")) button.nextElementSibling.remove();
  button.after(result);
  const { prefix, item, size, vkey, entry0 } = section.dataset;
  const check = {
    event: { index: Number(button.dataset.verify), id: button.dataset.statement, item, size: Number(size), prefix },
    keys: { vkey, entry0, given: given() },
  };
  for (const [name, step] of STEPS) {
    const line = result.querySelector(`[data-step="${name}"]`);
    line.dataset.state = "running";
    try {
      const compared = await step(check);
      line.dataset.state = compared ? "passed" : "skipped";
      line.append(...listed(compared ?? []));
    } catch (error) {
      return fail(result, line, error instanceof Fault ? error : new Fault("malformed", "", error.message));
    }
  }
  const { vkey: hasKey, entry0: hasEntry } = check.keys.given;
  return conclude(result, hasKey && hasEntry ? "passed" : hasKey || hasEntry ? "half" : "passed-by-page");
}

// It stops there: what would come after rests on it.
function fail(result, line, { kind, expected, got }) {
  const isUnanswered = UNANSWERED.includes(kind);
  line.dataset.state = isUnanswered ? "unanswered" : "failed";
  const why = pattern.querySelector(`[data-fault="${kind}"]`) ?? pattern.querySelector('[data-fault="malformed"]');
  const told = document.createElement("p");
  told.className = "why";
  told.textContent = why.textContent;
  const compared = [["expected", expected], ["got", got]].filter(([, value]) => value);
  line.append(told, ...listed(compared.map(([word, value]) => ({ word, value }))));
  conclude(result, line.dataset.state);
}

function conclude(result, state) {
  result.dataset.state = state.split("-")[0];
  const verdict = result.querySelector(".verdict");
  verdict.textContent = pattern.querySelector(`[data-verdict="${state}"]`).textContent;
  result.scrollIntoView({ block: "nearest" });
}

// What the visitor has from a paper, or from an auditor.toml as it is.
function given() {
  const text = section.querySelector("textarea").value;
  const [vkey] = /[^\s+"']+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}/.exec(text) ?? [];
  const [, entry0] = /(?:^|[\s"'])([0-9a-f]{64})(?:$|[\s"'])/.exec(text) ?? [];
  return { vkey, entry0, unread: vkey || entry0 ? "" : text.trim() };
}

function listed(compared) {
  if (!compared.length) return [];
  const list = document.createElement("dl");
  for (const { word, value, entry } of compared) {
    const label = document.createElement("dt");
    label.textContent = pattern.querySelector(`[data-word="${word}"]`)?.textContent ?? word;
    const said = document.createElement("dd");
    said.append(...shown(String(value)), ...linked(entry));
    list.append(label, said);
  }
  return [list];
}

// Short, and whole where it is asked for.
function shown(value) {
  const code = document.createElement("code");
  code.textContent = value;
  if (value.length <= 3 * SHORT) return [code];
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const short = document.createElement("code");
  short.textContent = `${value.slice(0, SHORT)}…`;
  summary.append(short);
  details.append(summary, code);
  return [details];
}

function linked(entry) {
  if (entry === undefined) return [];
  const link = document.createElement("a");
  link.href = `/log/entries/${entry}`;
  link.textContent = `${pattern.querySelector('[data-word="entry"]').textContent} ${entry}`;
  return [" ", link];
}
