"""Two letters for the tests of this room."""

from __future__ import annotations

from datetime import date

from flowrunner.letters.page import Letter
from flowrunner.model.record import replace

NB = "\N{NO-BREAK SPACE}"
BODY = f"""\
<p>Il nous faut{NB}: « un été à Noël »; 2{NB}Mo, 1{NB}234,50{NB}$, cœur, Ÿ, —, …, l’eau.</p>
<h2>Ce qu’il faut</h2>
<ul>
<li>une pièce
<ul>
<li>avec photo</li>
</ul>
</li>
<li>une <strong>lettre</strong></li>
</ul>
<ol>
<li>
<p>d’abord</p>
</li>
</ol>
<blockquote>
<p>cité</p>
</blockquote>
<hr />
<pre><code>tel quel
</code></pre>
<p>Voyez <a href="https://example.org/é">le site</a> et <span lang="en">the site</span>.</p>
"""
FRENCH = Letter(
    "fr",
    "Lettre de demande",
    BODY,
    day=date(2026, 3, 1),
    reference="ABCDE-12345",
    sender="Le jardin",
    territory="CA",
)
ENGLISH = replace(
    FRENCH, language="en", title="Request letter", body="<p>We need a document.</p>\n", sender="The garden"
)
