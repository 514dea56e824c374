using System.Text;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.CredentialProviders;

/// <summary>The result of running a provider for an image.</summary>
/// <param name="Problem">Why the kubelet would not accept a response; null if it would.</param>
/// <param name="Answer">Null if the provider failed.</param>
/// <param name="Words">The first line of its standard error; empty if there is none.</param>
internal sealed record ProviderRun(string? Problem, ProviderAnswer? Answer, string Words);

/// <summary>Runs providers as the kubelet does, with the variables of the kubelet and of the provider.</summary>
internal sealed class ProviderRuns(EnvironmentSnapshot environment, string binDirectory)
{
    /// <summary>The kubelet's own time limit.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Provider, string Image), ProviderRun> _runs = [];

    public string PathOf(CredentialProvider provider) => Path.Combine(binDirectory, provider.Name);

    public ProviderRun Get(CredentialProvider provider, string image)
    {
        if (!_runs.TryGetValue((provider.Name, image), out ProviderRun? run))
            _runs[(provider.Name, image)] = run = Start(provider, image);
        return run;
    }

    /// <summary>Returns the variables that a provider receives.</summary>
    public static EnvironmentSnapshot EnvironmentOf(EnvironmentSnapshot kubelet, CredentialProvider provider)
    {
        var variables = new Dictionary<string, string>(kubelet.Variables);
        foreach ((string name, string value) in provider.Environment)
            variables[name] = value;
        return new EnvironmentSnapshot(variables);
    }

    private ProviderRun Start(CredentialProvider provider, string image)
    {
        string request = Encoding.UTF8.GetString(
            JsonOutput.Format(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("kind", "CredentialProviderRequest");
                writer.WriteString("apiVersion", provider.ApiVersion);
                writer.WriteString("image", image);
                writer.WriteEndObject();
            })
        );
        try
        {
            ChildResult result = ChildProcess.Run(
                EnvironmentOf(environment, provider),
                PathOf(provider),
                [.. provider.Arguments],
                request,
                Patience,
                isMarked: false
            );
            string words = ForeignText.Clean(result.Error.Split('\n')[0].Trim());
            if (result.ExitCode != 0)
                return new ProviderRun($"it fails with exit code {result.ExitCode}", null, words);
            ProviderAnswer answer = ProviderAnswer.Parse(result.Output, provider.ApiVersion);
            return new ProviderRun(answer.Problem, answer.Problem is null ? answer : null, words);
        }
        catch (HelperException exception)
        {
            return new ProviderRun(exception.Message, null, "");
        }
    }
}
