using System.Text;
using System.Text.Json.Nodes;
using CredHelper.Editing;
using CsCheck;

namespace CredHelper.Tests.Editing;

/// <summary>What becomes of a JSON document that is edited in its text.</summary>
public sealed class JsonEditTests
{
    [Fact]
    public void HoldsWhatWasPutAndNothingElseNew() =>
        RandomJson.Document.Sample(bytes =>
        {
            JsonEdit edit = JsonEdit.Parse("f", bytes);
            JsonNode before = Node(edit.ToBytes());
            edit.Put("\"ecr-login\"", "credHelpers", "host");
            JsonNode after = Node(edit.ToBytes());
            Assert.Equal("ecr-login", after[Spelling(after, "credHelpers")]!["host"]!.GetValue<string>());
            after[Spelling(after, "credHelpers")]!.AsObject().Remove("host");
            if (
                after[Spelling(after, "credHelpers")]!.AsObject().Count == 0
                && Spelling(before, "credHelpers").Length == 0
            )
            {
                after.AsObject().Remove("credHelpers");
            }

            Assert.True(JsonNode.DeepEquals(before, after));
        });

    [Fact]
    public void IsTheSameByteForByteWhenWhatWasPutIsRemoved() =>
        RandomJson.Document.Sample(bytes =>
        {
            JsonEdit edit = JsonEdit.Parse("f", bytes);
            byte[] before = edit.ToBytes();
            IReadOnlyList<string[]> around = edit.MissingAround("credHelpers", "host");
            edit.Put("\"ecr-login\"", "credHelpers", "host");
            edit.Remove("credHelpers", "host");
            foreach (string[] path in around.Reverse())
                edit.RemoveIfEmpty(path);
            // An object that was empty may have stood over several lines; then its blanks go.
            Assert.Equal(Squeezed(before), Squeezed(edit.ToBytes()));
        });

    [Fact]
    public void PutTwiceIsPutOnce() =>
        RandomJson.Document.Sample(bytes =>
        {
            JsonEdit edit = JsonEdit.Parse("f", bytes);
            edit.Put("\"ecr-login\"", "credHelpers", "host");
            byte[] once = edit.ToBytes();
            edit.Put("\"ecr-login\"", "credHelpers", "host");
            Assert.Equal(once, edit.ToBytes());
        });

    private static string Spelling(JsonNode node, string name) =>
        node.AsObject()
            .Select(member => member.Key)
            .FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? "";

    private static JsonNode Node(byte[] bytes) => JsonNode.Parse(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'))!;

    private static string Squeezed(byte[] bytes) =>
        Encoding
            .UTF8.GetString(bytes)
            .Replace("\r", "", StringComparison.Ordinal)
            .Replace("\n", "", StringComparison.Ordinal);
}
