using Pomona.Bench;

// Each benchmark is a class of its own; docs/performance.md says how to run them and what came out.
return args switch
{
    ["extract", .. var rest] => await Extraction.RunAsync(rest),
    ["pca", .. var rest] => PcaAgainstScikitLearn.Run(rest),
    ["parquet"] => PartsInMemory.Run(),
    ["reconcile", .. var rest] => await Reconciling.RunAsync(rest),
    ["slow", .. var rest] => SlowFiles.Run(rest),
    ["scale", .. var rest] => ScaleSimulation.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: Pomona.Bench extract IMAGES OUTPUT MODEL THREADS
               Pomona.Bench pca [--threads N]
               Pomona.Bench parquet
               Pomona.Bench reconcile IMAGES MODEL
               Pomona.Bench slow FILES
               Pomona.Bench scale [IMAGES SHARD-SIZE VCPUS]
        """);
    return 2;
}
