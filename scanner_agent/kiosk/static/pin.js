// The PIN: digits by touch, keyboard or numeric keypad. They stand in no element of the page, only their number does.
import { send } from "./lines.js";

const MOST = 12;
let digits = "";

function show() {
  const dots = document.querySelector(".entered");
  if (!dots) return;
  dots.textContent = "●".repeat(digits.length);
  document.querySelector(".entered-count").textContent = digits.length;
}

function press(key) {
  if (key === "enter") {
    if (digits) send(`pin ${digits}`);
    digits = "";
  } else if (key === "back") digits = digits.slice(0, -1);
  else if (digits.length < MOST) digits += key;
  show();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-digit]");
  if (button) press(button.dataset.digit);
});

document.addEventListener("keydown", (event) => {
  if (!document.querySelector(".pad") || document.getElementById("panel").open) return;
  const onButton = document.activeElement.matches("button");
  if (/^[0-9]$/.test(event.key)) press(event.key);
  else if (event.key === "Backspace") press("back");
  else if (event.key === "Enter" && !onButton) press("enter");
});

document.getElementById("work").addEventListener("put", ({ target }) => {
  digits = "";
  if (!target.querySelector(".pad")) return;
  document.getElementById("panel").close();
  target.querySelector(".pad").focus(); // so that Enter ends the PIN, and presses no button that was used before
});
