static class Source
{
    static void Main() { }
}
