using Pomona.Bench;

// Each benchmark is a class of its own with a static RunAsync; docs/performance.md says how to run them and what came out.
return args switch
{
    ["extract", .. var rest] => await Extraction.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Pomona.Bench extract IMAGES OUTPUT MODEL THREADS");
    return 2;
}
