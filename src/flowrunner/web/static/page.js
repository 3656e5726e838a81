// What a page does besides when scripts run. Without them it does all that it must.
"use strict";

// A button that copies a value. Without a clipboard it stays away, and the hint says how to do it by hand.
for (const button of document.querySelectorAll("button[data-copies]")) {
  const box = document.getElementById(button.dataset.copies);
  const told = document.getElementById(`${button.dataset.copies}-copied`);
  if (!navigator.clipboard || !box || !told) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      told.textContent = button.dataset.copied;
    } catch {
      box.focus();
      box.select();
    }
  });
}

// Whoever sent a page with problems is led to their list.
document.querySelector(".problems")?.focus();
