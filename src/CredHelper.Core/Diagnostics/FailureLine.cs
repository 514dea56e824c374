using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Diagnostics;

/// <summary>
/// The line that a failure prints: <c>docker-credential-ecr-login: &lt;registry&gt;: &lt;what failed&gt; (&lt;identity
/// source&gt;); hint: &lt;fix&gt;</c>.
/// </summary>
internal readonly record struct FailureLine(string Text)
{
    public static FailureLine Of(string registry, HelperException failure)
    {
        var text = new StringBuilder($"{HelperName.Program}: {ForeignText.Clean(registry)}: {failure.Message}");
        if (failure.IdentitySource is { } source)
            text.Append(" (").Append(source).Append(')');
        if (failure.Hint is { } hint)
            text.Append("; hint: ").Append(hint);
        return new FailureLine(ForeignText.Line(text.ToString()));
    }

    public void WriteToError() => StandardStreams.WriteError(Bytes);

    public void WriteToOutput() => StandardStreams.WriteOutput(Bytes);

    private byte[] Bytes => Encoding.UTF8.GetBytes(Text + "\n");

    public override string ToString() => Text;
}
