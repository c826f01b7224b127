/* What is frozen is what was looked at: while the question above says otherwise, the button waits for a new look. */
(function () {
  "use strict";
  var ask = document.querySelector("form.ask-figures"), freeze = document.querySelector("[data-looked]");
  if (!ask || !freeze) return;
  var button = freeze.querySelector("button"), hint = freeze.querySelector("[data-look-again]");
  var seen = new URLSearchParams(new FormData(ask)).toString();
  function compare() {
    var same = new URLSearchParams(new FormData(ask)).toString() === seen;
    button.disabled = !same;
    hint.hidden = same;
  }
  ask.addEventListener("input", compare);
  ask.addEventListener("change", compare);
  window.addEventListener("pageshow", compare); // the browser may put back what was chosen before
})();
