using Pomona.Job.Commands;

return await PomonaCommand.InvokeAsync(args, TimeProvider.System).ConfigureAwait(false);
