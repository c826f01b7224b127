/* Scans: files dropped on the box are taken as if they were chosen, and sending is told. The page works without it. */
(function () {
  "use strict";
  document.querySelectorAll("form[data-drop]").forEach(function (form) {
    var box = form.querySelector("input[type=file]");
    ["dragenter", "dragover"].forEach(function (kind) {
      form.addEventListener(kind, function (event) {
        event.preventDefault();
        form.classList.add("over");
      });
    });
    ["dragleave", "drop"].forEach(function (kind) {
      form.addEventListener(kind, function () { form.classList.remove("over"); });
    });
    form.addEventListener("drop", function (event) {
      event.preventDefault();
      if (event.dataTransfer.files.length) box.files = event.dataTransfer.files;
    });
    form.addEventListener("submit", function () {
      form.querySelector("[data-progress]").hidden = false;
    });
  });
})();
