// The box that checks a name in the browser. It is hidden until the script is there to do so.
import { type Html, html } from './html.ts';

export function renderCheckBox(): Html {
  return html`<section id="check" class="check card" aria-labelledby="check-title">
<h2 id="check-title">Check a name</h2>
<noscript><p>With JavaScript switched on, this page can check a name or a whole file for you. The list below is complete without it.</p></noscript>
<form id="check-form" class="screen-only" hidden>
<label class="label" for="name">Name of the image</label>
<p id="name-hint" class="quiet">As it stands in <code>.gitlab-ci.yml</code> or in the job log. Nothing that you type leaves this page.</p>
<div class="name-row">
<input id="name" type="text" class="field code-field name" aria-describedby="name-hint" autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="go">
<button type="submit" class="name-button">Check</button>
</div>
<fieldset>
<legend>Used as</legend>
<label class="choice"><input id="kind-image" type="radio" class="radio" name="kind" value="image" checked> <code>image:</code></label>
<label class="choice"><input id="kind-service" type="radio" class="radio" name="kind" value="service"> one of <code>services:</code></label>
</fieldset>
</form>
<div id="verdict"></div>
<p id="announcement" class="unseen" role="status"></p>
</section>`;
}
