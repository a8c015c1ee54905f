#!/usr/bin/env node
console.log(`greet-tool was installed by ${process.argv[2]}`);
