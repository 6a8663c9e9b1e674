"use strict";
window.addEventListener("DOMContentLoaded", function () {
  window.Redoc.init("/openapi.json", {
    nativeScrollbars: true,
    requiredPropsFirst: true,
    sortTagsAlphabetically: false,
    theme: { typography: { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } } },
  }, document.getElementById("redoc"));
});
