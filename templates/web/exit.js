// "Leave this site": without this script a plain link. With it, the page is blanked at once and
// replaced; a page of ours that is reached by Back afterwards, in the same tab, blanks itself too.
(function () {
  "use strict";
  var KEY = "left";

  function blank() {
    document.documentElement.style.display = "none";
    document.title = "";
  }
  function remember(target) {
    try { sessionStorage.setItem(KEY, target); } catch (error) { /* storage is switched off */ }
  }
  function recall() {
    try { return sessionStorage.getItem(KEY); } catch (error) { return null; }
  }
  function forget() {
    try { sessionStorage.removeItem(KEY); } catch (error) { /* nothing was kept */ }
  }
  function cameBack(event) {
    var entry = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    return (event && event.persisted) || (entry && entry.type === "back_forward");
  }
  function check(event) {
    var target = recall();
    if (!target) return;
    if (cameBack(event)) {
      blank();
      location.replace(target);
    } else {
      forget(); // opened on purpose
    }
  }

  check(null);
  addEventListener("pageshow", function (event) { if (event.persisted) check(event); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a.exit");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    blank();
    remember(link.href);
    location.replace(link.href);
  });
})();
