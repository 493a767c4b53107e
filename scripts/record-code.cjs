/** Loaded before a command by scripts/code-cache.mjs: when it ends, writes V8's code for each script that it loaded, as far as it has run. */
const { writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const vm = require('node:vm');

const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    if (!options.cachedData) scripts.set(options.filename, this);
  }
};
process.on('exit', () => {
  for (const [file, script] of scripts) {
    const code = script.createCachedData();
    writeFileSync(join(process.env.HEADGATE_CODE, `${basename(file, '.cjs')}.bin`), Buffer.concat([code, code]));
  }
});
