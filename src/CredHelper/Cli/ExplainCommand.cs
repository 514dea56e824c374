using System.CommandLine;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Logins;
using CredHelper.Output;
using CredHelper.Platform;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary>
/// <c>explain REGISTRY</c>: prints which registry, region, endpoint, identity and cache entry a <c>get</c> would use,
/// and which setting decided each. It sends no request and prints no secret.
/// </summary>
internal static class ExplainCommand
{
    public const string Name = "explain";

    public static Command Create()
    {
        Argument<string> registry = new Argument<string>("registry")
        {
            Description = "Host name of the registry, ACCOUNT/REGION, or an alias from the registry configuration",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new HelpfulCommand(
            Name,
            $"""
            Print which identity, endpoint and cache entry a get would use, and why

            Example: {HelperName.Program} {Name} 123456789012.dkr.ecr.eu-west-1.amazonaws.com
            """
        )
        {
            registry,
            json,
        };
        command.SetAction(call => Run(call.GetRequiredValue(registry), call.GetValue(json)));
        return command;
    }

    private static int Run(string serverUrl, bool asJson)
    {
        HelperContext context = HelperContext.Start(EnvironmentSnapshot.Take());
        FactSheet explanation = Explain(context, serverUrl);
        if (asJson)
            explanation.PrintJson();
        else
            explanation.Print();
        return 0;
    }

    private static FactSheet Explain(HelperContext context, string serverUrl)
    {
        EcrRegistry? registry = RegistryName.Find(serverUrl) ?? context.Configuration.AliasFor(serverUrl);
        bool isRouted = context.Configuration.RouteFor(registry?.Host ?? serverUrl) is not null;
        if (registry is not null && !isRouted)
            return Explanation.Of(context, registry);
        return LoginExplanation.Of(context, serverUrl) ?? throw NotEcr(serverUrl);
    }

    private static HelperException NotEcr(string serverUrl)
    {
        string why = NearRegistry.WhyNot(serverUrl) is { } wrong ? $": {wrong}" : "";
        return new HelperException(
            FailureKind.Configuration,
            $"{ForeignText.Clean(serverUrl)} is not an ECR registry or an alias from the registry configuration{why}",
            "log in with docker login, or set the variables of the CI job for it (docs/registry-configuration.md)"
        );
    }
}
