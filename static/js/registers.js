/* Comfort of the lists: tick a whole page at once, and see how many rows are chosen. Runs on Chrome 109. */
(function () {
  "use strict";
  var form = document.querySelector("[data-register]");
  if (!form) return;
  var all = form.querySelector("[data-all]");
  var everything = form.querySelector("[data-everything]");
  var said = form.querySelector("[data-chosen]");
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=pk]"));
  if (!all || !said) return;
  all.hidden = boxes.length === 0;

  function tell() {
    var ticked = boxes.filter(function (box) { return box.checked; }).length;
    boxes.forEach(function (box) { box.closest("tr").classList.toggle("chosen", box.checked); });
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    said.textContent = everything.checked ? "" : ticked ? said.dataset.some + " " + ticked : said.dataset.none;
  }
  all.addEventListener("change", function () {
    boxes.forEach(function (box) { box.checked = all.checked; });
    tell();
  });
  form.addEventListener("change", tell);
  window.addEventListener("pageshow", tell);
  tell();
})();
