/* Arrow keys move from the search box through what was found; Enter opens it. The page works without it. */
(function () {
  "use strict";
  var box = document.getElementById("q");
  document.addEventListener("keydown", function (event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp" || event.altKey || event.ctrlKey || event.metaKey) return;
    var stops = [box].concat(Array.prototype.slice.call(document.querySelectorAll("#found li a")));
    var place = stops.indexOf(document.activeElement);
    if (place < 0) return;
    event.preventDefault();
    var next = stops[place + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) next.focus();
  });
})();
