// Choose a country, a language and a format: what is not asked for is left out. Without this script
// the page lists every handout and the filters do not appear.
(function () {
  "use strict";
  var filters = document.getElementById("filters");
  var found = document.getElementById("found");
  var selects = {};

  function each(parent, selector, action) {
    Array.prototype.forEach.call(parent.querySelectorAll(selector), action);
  }
  function fits(name, value) {
    return !selects[name].value || selects[name].value === value;
  }
  function countShelf(shelf) {
    var shown = 0;
    each(shelf, "[data-format]", function (item) {
      item.hidden = !fits("format", item.getAttribute("data-format"));
      if (!item.hidden) shown += 1;
    });
    shelf.hidden = !shown || !fits("language", shelf.getAttribute("data-language"));
    return shelf.hidden ? 0 : shown;
  }
  function filter() {
    var total = 0;
    var all = !selects.language.value && !selects.format.value;
    each(document.getElementById("finder"), "section", function (section) {
      var shown = 0;
      each(section, ".shelf", function (shelf) { shown += countShelf(shelf); });
      section.hidden = !shown || !fits("country", section.id);
      each(section, ".pack", function (pack) { pack.hidden = !all; });
      if (!section.hidden) total += shown;
    });
    found.textContent = found.getAttribute("data-text").replace("{count}", total);
  }
  function asked() { // the address may name a country
    var id = location.hash.slice(1);
    each(selects.country, "option", function (option) {
      if (id && option.value === id) selects.country.value = id;
    });
    filter();
  }

  ["country", "language", "format"].forEach(function (name) {
    selects[name] = document.getElementById("choose_" + name);
    selects[name].addEventListener("change", filter);
  });
  filters.hidden = false;
  document.getElementById("jump").hidden = true;
  addEventListener("hashchange", asked);
  asked();
})();
