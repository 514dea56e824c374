namespace CredHelper.Scenarios.Runner;

/// <summary>A line of a scenario did not hold; the message says what came out instead.</summary>
public sealed class ScenarioFailedException(string message) : Exception(message);
