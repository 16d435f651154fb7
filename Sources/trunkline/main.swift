import Commands

await runTrunkline()
