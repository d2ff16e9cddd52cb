/// The two files of the viewer's page: nothing is built, nothing is fetched from elsewhere.
extension ImageViewer {
  static let script = #"""
    "use strict";
    // Shows the pictures of one study, as the archive renders them.
    (() => {
      const at = id => document.getElementById(id);
      const words = document.body.dataset;
      const root = "dicom-web/studies/" + words.study;
      const [stage, picture, told] = [at("stage"), at("picture"), at("told")];
      const [list, slice, center, width, zoom] = ["series", "slice", "center", "width", "zoom"].map(at);
      let frames = [], place = 0, isWindowed = false, standard = null, x = 0, y = 0, later = 0;

      const value = (object, tag) => ((object[tag] || {}).Value || [])[0];
      const get = async path => {
        const answer = await fetch(root + path, {headers: {Accept: "application/dicom+json"}});
        if (!answer.ok) throw new Error(answer.status);
        return answer.status === 204 ? [] : answer.json();
      };
      const within = (number, low, high) => Math.min(Math.max(number, low), high);
      const address = index => root + frames[index] + "/rendered?accept=image/jpeg"
        + (isWindowed ? `&window=${center.value},${width.value},linear` : "");

      const show = () => {
        if (!frames.length) return;
        slice.value = place + 1;
        told.textContent = words.loading;
        picture.src = address(place);
        // What is looked at next is on its way.
        for (const next of [place + 1, place - 1]) if (frames[next]) new Image().src = address(next);
      };
      const shown = () => {
        const window = isWindowed ? ` · C ${center.value} W ${width.value}` : "";
        told.textContent = `${place + 1} / ${frames.length}${window} · ${Math.round(zoom.value * 100)} %`;
        picture.alt = `${list.options[list.selectedIndex].text} ${place + 1} / ${frames.length}`;
      };
      const move = () => {
        const most = (zoom.value - 1) / 2;
        x = within(x, -most * stage.clientWidth, most * stage.clientWidth);
        y = within(y, -most * stage.clientHeight, most * stage.clientHeight);
        picture.style.transform = `translate(${x}px, ${y}px) scale(${zoom.value})`;
        shown();
      };
      const go = to => {
        const next = within(to, 0, frames.length - 1);
        if (next !== place) { place = next; show(); }
      };
      const enlarge = by => { zoom.value = Number(zoom.value) * by; move(); };
      const windowed = (c, w) => {
        center.value = Math.round(c);
        width.value = Math.round(w);
        isWindowed = true;
        clearTimeout(later);
        later = setTimeout(show, 120);
      };
      const back = () => {
        zoom.value = 1;
        isWindowed = false;
        if (standard) [center.value, width.value] = standard;
        move();
        show();
      };

      const open = async uid => {
        const found = await get(`/series/${uid}/instances?includefield=00200013,00280008`);
        found.sort((a, b) => (value(a, "00200013") || 0) - (value(b, "00200013") || 0));
        frames = found.flatMap(one => {
          const path = `/series/${uid}/instances/${value(one, "00080018")}`;
          const count = Number(value(one, "00280008")) || 1;
          return count === 1 ? [path] : Array.from({length: count}, (_, n) => `${path}/frames/${n + 1}`);
        });
        slice.max = frames.length;
        [place, isWindowed, standard] = [0, false, null];
        if (!frames.length) { told.textContent = words.failed; return; }
        show();
        const path = frames[0].replace(/\/frames\/.*$/, "");
        const [own] = await get(path + "/metadata");
        const [c, w] = [Number(value(own, "00281050")), Number(value(own, "00281051"))];
        if (w > 0) {
          standard = [c, w];
          center.min = Math.min(c - 2 * w, 0);
          center.max = Math.max(c + 2 * w, 255);
          width.max = Math.max(4 * w, 512);
          [center.value, width.value] = standard;
        }
      };
      const failed = () => { told.textContent = words.failed; };

      picture.addEventListener("load", shown);
      picture.addEventListener("error", failed);
      list.addEventListener("change", () => open(list.value).catch(failed));
      slice.addEventListener("input", () => go(slice.value - 1));
      for (const one of [center, width]) one.addEventListener("input", () => windowed(center.value, width.value));
      zoom.addEventListener("input", move);
      at("back").addEventListener("click", back);
      at("controls").addEventListener("submit", event => event.preventDefault());

      const turn = by => {
        const next = within(list.selectedIndex + by, 0, list.options.length - 1);
        if (next !== list.selectedIndex) { list.selectedIndex = next; open(list.value).catch(failed); }
      };
      const [c, w] = [() => Number(center.value), () => Number(width.value)];
      const keys = {
        ArrowUp: () => go(place - 1), ArrowDown: () => go(place + 1), PageUp: () => go(place - 10),
        PageDown: () => go(place + 10), Home: () => go(0), End: () => go(frames.length - 1),
        ArrowLeft: () => turn(-1), ArrowRight: () => turn(1), "+": () => enlarge(1.25), "=": () => enlarge(1.25),
        "-": () => enlarge(0.8), "0": back, "[": () => windowed(c(), w() * 0.9), "]": () => windowed(c(), w() / 0.9 + 1),
        ",": () => windowed(c() - w() / 20 - 1, w()), ".": () => windowed(c() + w() / 20 + 1, w()),
      };
      stage.addEventListener("keydown", event => {
        if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
        event.preventDefault();
        keys[event.key]();
      });

      let turned = 0;
      stage.addEventListener("wheel", event => {
        event.preventDefault();
        if (event.ctrlKey) return enlarge(event.deltaY < 0 ? 1.1 : 1 / 1.1);
        turned += event.deltaMode ? event.deltaY * 40 : event.deltaY;
        if (Math.abs(turned) >= 40) { go(place + Math.sign(turned)); turned = 0; }
      }, {passive: false});

      // Pointers that are down, by their id, and how far the first has come since the last slice.
      const down = new Map();
      let come = 0;
      const apart = () => {
        const [a, b] = [...down.values()];
        return Math.hypot(a.x - b.x, a.y - b.y);
      };
      stage.addEventListener("pointerdown", event => {
        stage.setPointerCapture(event.pointerId);
        down.set(event.pointerId, {x: event.clientX, y: event.clientY});
        come = 0;
      });
      stage.addEventListener("pointermove", event => {
        const before = down.get(event.pointerId);
        if (!before) return;
        const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
        const was = down.size === 2 ? apart() : 0;
        down.set(event.pointerId, {x: event.clientX, y: event.clientY});
        if (down.size === 2) {
          if (was > 0) enlarge(apart() / was);
        } else if (zoom.value > 1 && (event.pointerType !== "mouse" || event.shiftKey)) {
          [x, y] = [x + dx, y + dy];
          move();
        } else if (event.pointerType === "mouse") {
          windowed(c() + dy * Math.max(w() / 256, 1), Math.max(w() + dx * Math.max(w() / 256, 1), 1));
        } else {
          come += dy;
          if (Math.abs(come) >= 16) { go(place + Math.sign(come)); come = 0; }
        }
      });
      for (const name of ["pointerup", "pointercancel"]) {
        stage.addEventListener(name, event => down.delete(event.pointerId));
      }

      get("/series?includefield=0008103E,00200011").then(found => {
        found.sort((a, b) => (value(a, "00200011") || 0) - (value(b, "00200011") || 0));
        found.forEach((one, index) => {
          const name = [value(one, "00080060"), value(one, "0008103E")].filter(Boolean).join(" ") || String(index + 1);
          list.add(new Option(name, value(one, "0020000E")));
        });
        return found.length ? open(list.value) : failed();
      }).catch(failed);
    })();

    """#

  static let style = """
    :root { color-scheme: dark; font: 1rem/1.5 system-ui, sans-serif; background: #111; color: #eee; }
    body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; }
    h1 { font-size: 1rem; margin: .25rem .75rem; }
    #stage { flex: 1; min-height: 50vh; overflow: hidden; background: #000; touch-action: none; cursor: crosshair;
      display: flex; align-items: center; justify-content: center; }
    #stage:focus-visible, select:focus-visible, input:focus-visible, button:focus-visible { outline: 3px solid #6cf; outline-offset: -3px; }
    #picture { width: 100%; height: 100%; max-height: 75vh; object-fit: contain; image-rendering: auto; user-select: none; }
    #picture:not([src]) { visibility: hidden; }
    #controls { display: flex; flex-wrap: wrap; gap: .5rem 1rem; padding: .5rem .75rem; align-items: center; }
    label { display: flex; gap: .5rem; align-items: center; }
    select, input, button { font: inherit; min-height: 2.75rem; }
    button { padding: 0 1rem; }
    p { margin: .25rem .75rem; }
    #keys { color: #bbb; font-size: .875rem; }

    """
}
