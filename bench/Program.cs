using Pomona.Bench;

// Each benchmark is a class of its own; docs/performance.md says how to run them and what came out.
return args switch
{
    ["draw", var kind, var count, var folder] => Draw(kind, count, folder),
    ["extract", .. var rest] => await Extraction.RunAsync(rest),
    ["growth", var photos, var model] => await Growth.RunAsync(photos, model),
    ["pca", .. var rest] => PcaAgainstScikitLearn.Run(rest),
    ["parquet"] => PartsInMemory.Run(),
    [WrongImages.Command, var run, "--times", var times] => FindingsOfMany.Run(run, int.Parse(times, System.Globalization.CultureInfo.InvariantCulture)),
    [WrongImages.Command, var images, var model] => await WrongImages.RunAsync(images, model, photographs: null),
    [WrongImages.Command, var images, var model, "--photos", var photos] => await WrongImages.RunAsync(images, model, photos),
    ["reconcile", .. var rest] => await Reconciling.RunAsync(rest),
    ["slow", .. var rest] => SlowFiles.Run(rest),
    ["inference", .. var rest] => InferenceOptions.Run(rest),
    ["webp", .. var rest] => await ScaledWebP.RunAsync(rest),
    ["scale", EngineComparison.Command, var model] => EngineComparison.Run(model, small: 2000, large: 40),
    [FunctionCalls.Command, var which, var folder, var memory] => await FunctionCalls.RunAsync(which, folder, memory),
    ["scale", .. var rest] => ScaleSimulation.Run(rest),
    _ => Usage(),
};

static int Draw(string kind, string count, string folder)
{
    var number = int.Parse(count, System.Globalization.CultureInfo.InvariantCulture);
    if (kind == DrawnScenes.Kind)
        DrawnScenes.Write(folder, number);
    else
        DrawnPhotos.WriteSet(kind, number, folder);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: Pomona.Bench draw KIND COUNT FOLDER
               Pomona.Bench extract IMAGES OUTPUT MODEL THREADS exact|scaled
               Pomona.Bench growth IMAGES MODEL
               Pomona.Bench pca [--threads N]
               Pomona.Bench parquet
               Pomona.Bench quality IMAGES MODEL [--photos FOLDER]
               Pomona.Bench quality RUN --times N
               Pomona.Bench reconcile IMAGES MODEL
               Pomona.Bench slow FILES
               Pomona.Bench inference MODEL
               Pomona.Bench webp FOLDER-OF-JPEGS MODEL
               Pomona.Bench scale [IMAGES SHARD-SIZE VCPUS]
               Pomona.Bench scale engines MODEL
        """);
    return 2;
}
