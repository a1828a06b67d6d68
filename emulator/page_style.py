"""How the page for people looks, and what a browser may load for it: nothing but this."""

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #d3413d; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; }
a { color: inherit; text-decoration-color: #8889; }
td { font-variant-numeric: tabular-nums; }
code { font: .88em ui-monospace, monospace; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .6rem; margin: 1.2rem 0; }
.facts div { background: var(--soft); border-radius: .5rem; padding: .5rem .8rem; }
.facts dt, th, .quiet { opacity: .7; font-size: .85rem; font-weight: normal; }
.facts dd { margin: 0; font-size: 1.1rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: break-word; }
td:last-child:not(.number) { min-width: 16rem; }
.number { text-align: right; white-space: nowrap; }
meter { width: 100%; min-width: 6rem; height: 1rem; vertical-align: middle; }
.bad { color: var(--bad); }
"""

POLICY = {
    "content-security-policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""Headers of the page."""
