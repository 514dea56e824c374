using CredHelper.Errors;
using CredHelper.Fuzz;
using CredHelper.Fuzz.Targets;
using SharpFuzz;

// CredHelper.Fuzz TARGET               what afl-fuzz starts (scripts/fuzz.sh)
// CredHelper.Fuzz --replay FILE… reads each file by the target whose folder it lies in; exit code 1 after a finding
// CredHelper.Fuzz --targets            their names, a line each
IFuzzTarget[] targets =
[
    new ServerUrlTarget(),
    new StoreRequestTarget(),
    new CacheFileTarget(),
    new CachedGetTarget(),
    new DockerConfigTarget(),
    new RunnerConfigTarget(),
    new AwsConfigTarget(),
    new RegistryMapTarget(),
    new EcrAnswerTarget(),
];

switch (args)
{
    case ["--targets"]:
        foreach (IFuzzTarget target in targets)
            Console.WriteLine(target.Name);
        return 0;
    case ["--replay", .. var files]:
        return Replay(files);
    case [var name] when Array.Find(targets, target => target.Name == name) is { } target:
        Fuzzer.Run(stream => Read(target, stream));
        return 0;
    default:
        Console.Error.WriteLine("usage: CredHelper.Fuzz TARGET | --replay FILE… | --targets");
        return 2;
}

static void Read(IFuzzTarget target, Stream stream)
{
    using var input = new MemoryStream();
    stream.CopyTo(input);
    try
    {
        target.Read(input.GetBuffer().AsSpan(0, (int)input.Length));
    }
    catch (HelperException exception)
    {
        // It becomes one line on a terminal and in a job's log.
        Promise.Holds(exception.Message.Length > 0, "a failure says something");
        Promise.Holds(
            !exception.Message.AsSpan().ContainsAny('\n', '\r', '\x1b'),
            "a failure is one line without escapes"
        );
        Promise.Holds(
            !(exception.Hint ?? "").AsSpan().ContainsAny('\n', '\r', '\x1b'),
            "a hint is one line without escapes"
        );
    }
}

int Replay(string[] files)
{
    int findings = 0;
    foreach (string file in files)
    {
        IFuzzTarget target =
            Array.Find(targets, target => Path.GetFullPath(file).Contains($"/{target.Name}/", StringComparison.Ordinal))
            ?? throw new ArgumentException($"{file} lies in the folder of no target");
        try
        {
            using FileStream stream = File.OpenRead(file);
            Read(target, stream);
        }
#pragma warning disable CA1031 // Whatever comes out is the finding.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            findings++;
            Console.WriteLine($"{file}: {exception}");
        }
    }
    Console.WriteLine($"{files.Length} inputs, {findings} findings");
    return findings == 0 ? 0 : 1;
}
