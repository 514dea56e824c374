using System.Text.Json;
using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Tokens;

/// <summary>The output of <c>explain --json</c> for a registry of ECR (schema explain.json).</summary>
internal static class ExplanationJson
{
    public static void Write(Utf8JsonWriter writer, Explanation explanation)
    {
        writer.WriteString("kind", "ecr");
        writer.WriteString("registry", explanation.Registry.Host);
        writer.WriteString("alias", explanation.Registry.Alias);
        writer.WriteString("account", explanation.Registry.AccountId);
        writer.WriteString("region", explanation.Registry.Region);
        writer.WriteString("endpoint", explanation.Endpoint);
        WriteIdentity(writer, explanation);
        WriteCache(writer, explanation);
        writer.WriteOrNull("token", explanation.Token is { } token ? _ => token.Write(writer, explanation.Now) : null);
        WriteFailure(writer, explanation);
        writer.WriteString("answer", AnswerOf(explanation));
    }

    private static string AnswerOf(Explanation explanation)
    {
        if (!explanation.IsAllowed)
            return "refused";
        return explanation.IsFromCache ? "cache" : "aws";
    }

    private static void WriteIdentity(Utf8JsonWriter writer, Explanation explanation)
    {
        writer.WriteStartObject("identity");
        WriteChoice(writer, explanation.Choice);
        writer.WriteStartObject("profile");
        writer.WriteString("name", explanation.ProfileName);
        writer.WriteString("variable", explanation.IsProfileOfVariable ? explanation.ProfileOrigin : null);
        writer.WriteEndObject();
        writer.WriteString("roleArn", explanation.Choice.RoleArn);
        writer.WriteString("description", explanation.Identity);
        writer.WritePropertyName("source");
        explanation.Plan.Source.Facts.Write(writer);
        writer.WriteStrings("warnings", explanation.Plan.Warnings);
        writer.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter writer, IdentityChoice choice)
    {
        writer.WriteStartObject("decidedBy");
        writer.WriteStrings("variables", choice.Variables);
        writer.WriteOrNull("section", choice.Section is { } section ? section.Write : null);
        writer.WriteEndObject();
    }

    private static void WriteCache(Utf8JsonWriter writer, Explanation explanation)
    {
        writer.WriteStartObject("cache");
        writer.WriteString("file", explanation.CacheFile);
        writer.WriteString("problem", explanation.CacheProblem);
        writer.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter writer, Explanation explanation)
    {
        if (explanation.LastFailure is not { } failure)
        {
            writer.WriteNull("lastFailure");
            return;
        }
        writer.WriteStartObject("lastFailure");
        writer.WriteString("at", JsonOutput.Time(failure.At / 1000));
        writer.WriteNumber("ageSeconds", Math.Max(0, explanation.Now.ToUnixTimeSeconds() - failure.At / 1000));
        writer.WriteString("reason", FailureReason.Of(failure.FailureKind));
        writer.WriteString("message", failure.Message);
        writer.WriteEndObject();
    }
}
