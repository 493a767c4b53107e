/** A component that serves a page which can be changed, and answers oddly where it is asked to. */
import { python } from './scenarios.ts';

/** Serves whatever lies in /pages, which tests write to; `/random` shows another colour each time. */
export const pages = (port = 8080) =>
  python(
    `
import http.server, os, random
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body, status = 'text/html', b'', 200
        if self.path == '/random':
            body = b'<body style="background:#%06x">' % random.randrange(1 << 24)
        elif self.path == '/clock':
            body = b'<body><script>document.body.style.background = "#" + Math.random().toString(16).slice(2, 8)</script>'
        elif self.path == '/slow':
            body = b'<body><script>setTimeout(() => { document.body.innerHTML = "<div id=app style=width:10px;height:10px;background:red>" }, 300)</script>'
        elif self.path == '/errors':
            body = b'<body><script>console.error("it went wrong: " + 42); throw new Error("thrown")</script>'
        elif self.path == '/hang':
            import time; time.sleep(1e6)
        elif self.path == '/animated':
            body = b'<style>@keyframes k { from { left: 0 } to { left: 90px } } div { position: absolute; width: 10px; height: 10px; background: blue; animation: k 1s infinite }</style><div></div><input autofocus>'
        elif self.path == '/where':
            body = b'<body><script>const s = new Intl.DateTimeFormat().resolvedOptions(); console.error(s.timeZone, s.locale, devicePixelRatio, innerWidth, innerHeight)</script>'
        elif self.path == '/out':
            body = b'<body><script>fetch("http://192.0.2.1/").catch((e) => console.error("out: " + e.message))</script>'
        elif self.path == '/':
            body = open(os.path.join('page.html'), 'rb').read()
        else: status, body = 404, b'no such page'
        self.send_response(status); self.send_header('content-type', kind); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', ${port}), H).serve_forever()
`,
    { port },
  );

export const page = (square: string): string =>
  `<!doctype html><title>t</title><style>body { margin: 0; background: white; font: 16px sans-serif } div { width: 40px; height: 30px; background: ${square} }</style><div></div><p>Words`;
