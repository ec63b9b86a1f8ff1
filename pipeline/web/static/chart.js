// A chart as PNG: the SVG of the server drawn on a canvas, with the fonts of this machine.
(() => {
  "use strict";
  document.querySelectorAll("[data-png]").forEach(button => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const answer = await fetch(button.dataset.png);
      if (!answer.ok) return;
      const picture = new Image();
      const address = URL.createObjectURL(new Blob([await answer.text()], {type: "image/svg+xml"}));
      await new Promise((done, failed) => { picture.onload = done; picture.onerror = failed; picture.src = address; });
      const canvas = document.createElement("canvas");
      canvas.width = picture.naturalWidth * 2;
      canvas.height = picture.naturalHeight * 2;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(address);
      canvas.toBlob(blob => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = button.dataset.name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      }, "image/png");
    });
  });
})();
