using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CredHelper.Emulator.Signing;

/// <summary>
/// The text that a signature covers. Implements "Create a signed AWS API request" of the IAM User Guide (services other
/// than S3: the path as sent is encoded once more).
/// </summary>
internal static class CanonicalRequest
{
    public static string Of(HttpRequest request, string[] signedHeaders, ReadOnlySpan<byte> body)
    {
        string target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/') && Uri.TryCreate(target, UriKind.Absolute, out Uri? absolute))
            target = absolute.PathAndQuery;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        StringBuilder text = new();
        text.Append(request.Method).Append('\n');
        text.Append(Path(question < 0 ? target : target[..question])).Append('\n');
        text.Append(Query(question < 0 ? "" : target[(question + 1)..])).Append('\n');
        foreach (string name in signedHeaders)
            text.Append(name).Append(':').Append(HeaderValue(request, name)).Append('\n');
        text.Append('\n').AppendJoin(';', signedHeaders).Append('\n');
        return text.Append(Convert.ToHexStringLower(SHA256.HashData(body))).ToString();
    }

    private static string Path(string path)
    {
        List<string> kept = [];
        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
                kept.RemoveRange(Math.Max(0, kept.Count - 1), Math.Min(1, kept.Count));
            else if (segment != ".")
                kept.Add(Uri.EscapeDataString(segment));
        }

        string joined = "/" + string.Join('/', kept);
        return path.EndsWith('/') && kept.Count > 0 ? joined + "/" : joined;
    }

    private static string Query(string query)
    {
        IEnumerable<(string Name, string Value)> parameters = query
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(parameter =>
            {
                int equals = parameter.IndexOf('=', StringComparison.Ordinal);
                return (
                    Reencode(equals < 0 ? parameter : parameter[..equals]),
                    Reencode(equals < 0 ? "" : parameter[(equals + 1)..])
                );
            });
        return string.Join(
            '&',
            parameters
                .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
                .ThenBy(parameter => parameter.Value, StringComparer.Ordinal)
                .Select(parameter => parameter.Name + "=" + parameter.Value)
        );
    }

    private static string Reencode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static string HeaderValue(HttpRequest request, string name) =>
        string.Join(
            ',',
            request
                .Headers[name]
                .Select(value =>
                    string.Join(
                        ' ',
                        (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    )
                )
        );
}
